import Credentials
import HTTPTypes
import Hummingbird
import MSNP
import NIOCore
import Roster
import SignIn
import Store

/// Signing in on the pages, with the account's own password: that of old clients opens nothing here.
///
///     >>> POST /signin
///     >>> token=...&email=alice%40example.com&password=...
///     <<< 303 See Other, Location: http://messenger.example.org/account, Set-Cookie: monarch=...
struct SignInPage {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/signin", in: frame) { _, _, visitor in
      guard visitor.member == nil else { return frame.redirect(to: "/account", for: visitor) }
      return page(email: "", for: visitor)
    }
    routes.form("/signin", in: frame, use: signIn)
    routes.form("/signout", in: frame, use: signOut)
  }

  private struct Content {
    var token: String
    var email: String
    var isPlain: Bool
  }

  private func page(
    email: String, problem: String? = nil, status: HTTPResponse.Status = .unprocessableContent, for visitor: Visitor
  ) -> Response {
    frame.page(
      "Sign in", "signin",
      Content(token: visitor.secret.formToken, email: email, isPlain: !visitor.isSecure), for: visitor,
      problem: problem, status: problem == nil ? .ok : status)
  }

  @Sendable private func signIn(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    let email = form["email"]
    guard let handle = UserHandle(email) else {
      return page(
        email: email, problem: "That is no e-mail address: type the one of your account, such as alice@example.com.",
        for: visitor)
    }
    switch await frame.judge(handle, form.verbatim("password"), from: visitor) {
    case .judged(let account?): return try await frame.enter(account, at: "/account", visitor)
    case .judged(nil):
      return page(email: email, problem: "That e-mail address and that password do not belong together.", for: visitor)
    case .guessedTooOften:
      return page(
        email: email, problem: "Too many wrong passwords lately. Wait a while, then try again.",
        status: .tooManyRequests, for: visitor)
    case .busy, .storeUnavailable:
      return page(
        email: email, problem: "The service cannot look at that now. Try again in a minute.",
        status: .serviceUnavailable, for: visitor)
    }
  }

  @Sendable private func signOut(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    try await frame.services.store.closePageSession(visitor.secret.digest)
    return frame.redirect(to: "/", for: visitor, cookie: PageSecret.noCookie(isSecure: visitor.isSecure))
  }
}

extension PageFrame {
  /// Signs a visitor in, with a fresh secret: one that somebody else may have planted in the browser stays worth nothing.
  func enter(_ account: AccountID, at path: String, _ visitor: Visitor) async throws -> Response {
    let secret = PageSecret.random()
    if visitor.member != nil { try await services.store.closePageSession(visitor.secret.digest) }
    try await services.store.openPageSession(secret.digest, of: account, now: services.unixTime())
    return redirect(to: path, for: visitor, cookie: secret.cookie(isSecure: visitor.isSecure))
  }

  /// Judges an account password; wrong ones count for the account and for the visitor's address.
  func judge(_ handle: UserHandle, _ password: String, from visitor: Visitor) async -> SignInVerdict {
    await withCheckedContinuation { continuation in
      services.door.verify(handle, .password(password), from: visitor.client.limitKey) {
        continuation.resume(returning: $0)
      }
    }
  }
}
