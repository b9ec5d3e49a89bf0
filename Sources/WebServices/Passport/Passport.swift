import Credentials
import HTTPTypes
import Hummingbird
import Roster

/// Passport 1.4: where MSN Messenger 5 to 7.0, Windows Messenger 4.7 and clients like them turn a password into a ticket.
///
/// The nexus tells where to sign in; the login page takes the password in a header and answers with one.
struct Passport: Sendable {
  private let settings: WebServer.Settings
  private let services: WebServer.Services

  init(_ settings: WebServer.Settings, _ services: WebServer.Services) {
    self.settings = settings
    self.services = services
  }

  func add(to routes: inout Routes) {
    routes.on("/rdr/pprdr.asp", methods: [.get]) { request, context in
      PassportAnswer.nexus(settings.place(for: request, context))
    }
    routes.on(
      "/login2.srf", "/login.srf", "/login.live.com/login2.srf", "/login.live.com/login.srf", methods: [.get, .post],
      use: signIn)
    routes.on("/logout.srf", "/login.live.com/logout.srf", methods: [.get, .post]) { _, _ in PassportAnswer.logout }
  }

  @Sendable private func signIn(_ request: Request, _ context: WebContext) async throws -> Response {
    let place = settings.place(for: request, context)
    guard let header = request.headers[.authorization], let given = PassportCredentials(header: header) else {
      return PassportAnswer.failure(.notGiven, place)
    }
    switch await services.judge(given.signIn, given.password, from: context.client) {
    case .right(let account, let handle):
      let ticket = services.tickets.mint(
        account: account.rawValue, handle: handle, site: given.site,
        expires: services.unixTime() + WebTicketMint.signInLifetime)
      return PassportAnswer.success(ticket)
    case .wrong: return PassportAnswer.failure(.wrong, place)
    case .unavailable: return .unavailable
    }
  }
}
