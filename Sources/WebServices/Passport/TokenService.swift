import Credentials
import HTTPTypes
import Hummingbird
import MSNP
import NIOCore
import Roster

/// The token service of 2004: where MSN Messenger 7.5, and third-party clients that speak SOAP, turn a password into
/// tickets.
///
///     >>> POST /RST.srf                    wsse:Username and wsse:Password, a wst:RequestSecurityToken for each site
///     <<< t=<ticket>&p=                    in a wsse:BinarySecurityToken for each
///
/// A wrong password is a `wsse:FailedAuthentication` with status 200, as clients expect (Passport reference, sections 3
/// and 8).
struct TokenService: Sendable {
  /// More sites than any client asks for.
  private static let maximumSites = 16

  private let services: WebServer.Services

  init(_ services: WebServer.Services) { self.services = services }

  func add(to routes: inout Routes) {
    routes.on("/RST.srf", "/pp900/RST.srf", "/login.live.com/RST.srf", methods: [.post], use: issue)
  }

  @Sendable private func issue(_ request: Request, _ context: WebContext) async throws -> Response {
    let document: Markup
    do throws(MarkupRefusal) {
      document = try context.markup()
    } catch {
      return .refused(error)
    }
    let sites = document.all("RequestSecurityToken").compactMap { $0.first("Address")?.text.trimmed }
    guard let signIn = document.first("Username"), let password = document.first("Password"), !sites.isEmpty,
      sites.count <= TokenService.maximumSites
    else { return .xml(TokenDocument.fault("S:Client", "Invalid Request")) }
    switch await services.judge(signIn.text.trimmed, password.text, from: context.client) {
    case .right(let account, let handle): return .xml(tokens(for: sites, account, handle).text)
    case .wrong: return .xml(TokenDocument.wrongPassword)
    case .unavailable: return .unavailable
    }
  }

  private func tokens(for sites: [String], _ account: AccountID, _ handle: UserHandle) -> TokenDocument {
    let now = services.unixTime()
    let expires = now + TokenDocument.lifetime
    return TokenDocument(
      account: account, handle: handle, now: now,
      tokens: sites.map { site in
        TokenDocument.Token(
          site: site,
          ticket: services.tickets.mint(
            account: account.rawValue, handle: handle, site: PassportSite(address: site), expires: expires))
      })
  }
}

extension PassportSite {
  /// The site of an address in a request for tokens. Those that this service does not know have numbers of their own: a
  /// ticket for one is good for no other.
  init(address: String) {
    switch address {
    case "messenger.msn.com": self = .messenger
    default:
      let hash = address.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
      self.init(rawValue: hash | 0x8000_0000)
    }
  }
}

extension Markup {
  /// Every element of a name, in the order of the document; those inside one another count by themselves.
  func all(_ name: String) -> [Markup] {
    (self.name == name ? [self] : []) + children.flatMap { $0.all(name) }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
