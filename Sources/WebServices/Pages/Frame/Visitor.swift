import Hummingbird
import MSNP
import Store

/// Who asks for a page.
struct Visitor: Sendable {
  /// The visitor's own, or a fresh one.
  let secret: PageSecret
  /// Whether the browser has to be given the secret.
  let isNew: Bool
  /// Nil for who is not signed in.
  let member: MemberRecord?
  /// Where the browser found this server.
  let place: PublicURL
  /// Whether the browser speaks TLS.
  let isSecure: Bool
  let client: ClientAddress
}

extension Visitor {
  /// Somebody of whom nothing is known; nor is a cookie set for one.
  static func unknown(_ request: Request, _ context: WebContext, _ frame: PageFrame) -> Visitor {
    Visitor(
      secret: .random(), isNew: false, member: nil, place: Visitor.found(request, context, frame.settings),
      isSecure: context.isSecure, client: context.client)
  }

  /// The same browser, signed out.
  var signedOut: Visitor {
    Visitor(secret: secret, isNew: false, member: nil, place: place, isSecure: isSecure, client: client)
  }

  /// Finds out who asks. Throws a `StoreFailure` when there is a cookie and the store cannot tell whose it is.
  static func of(_ request: Request, _ context: WebContext, _ frame: PageFrame) async throws -> Visitor {
    let known = PageSecret(cookies: request.headers[.cookie])
    let limits = PageLimits.self
    let member: MemberRecord? =
      if let known {
        try await frame.services.store.visitor(
          known.digest, now: frame.services.unixTime(), idle: limits.sessionIdle, age: limits.sessionAge)
      } else { nil }
    return Visitor(
      secret: known ?? .random(), isNew: known == nil, member: member,
      place: Visitor.found(request, context, frame.settings), isSecure: context.isSecure, client: context.client)
  }

  /// The name by which the browser came, which is where its cookies are; the operator's public URL if it told none.
  private static func found(_ request: Request, _ context: WebContext, _ settings: WebServer.Settings) -> PublicURL {
    guard let said = request.head.authority, PublicURL.isAuthority(said) else {
      return settings.place(for: request, context)
    }
    return PublicURL(isSecure: context.isSecure, authority: said)
  }
}

/// How long things last on the pages, in seconds.
enum PageLimits {
  /// A session that nobody uses.
  static let sessionIdle: Int64 = 24 * 3600
  /// A session that is used.
  static let sessionAge: Int64 = 30 * 24 * 3600
}
