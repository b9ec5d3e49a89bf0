import HTTPTypes
import Hummingbird
import MSNP
import NIOCore
import Store

/// The display name, which whoever watches the account sees change at once.
///
///     >>> POST /account/name
///     >>> token=...&name=Alice
///     <<< 303 See Other, Location: http://messenger.example.org/account?done=name
struct NamePage {
  let frame: PageFrame
  private let pace = NamePace()

  init(frame: PageFrame) { self.frame = frame }

  func add(to routes: inout Routes) {
    routes.page("/account/name", for: .members, in: frame) { _, _, visitor in
      page(visitor.member?.name.text ?? "", for: visitor)
    }
    routes.form("/account/name", for: .members, in: frame) { form, _, visitor in
      guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
      let typed = form["name"]
      let problem = typed.isEmpty ? "Type a name: clients show no empty ones." : NameRule.problem(typed)
      guard problem == nil, let name = try? FriendlyName(typed) else { return page(typed, problem, for: visitor) }
      guard pace.admits(member.account, now: .now()) else {
        return page(
          typed, "You have changed your name too often just now. Try again in a minute.", status: .tooManyRequests,
          for: visitor)
      }
      if let notice = try await frame.services.store.rename(member.handle, to: name) {
        frame.services.desk.post([notice])
      }
      return frame.done(.name, visitor)
    }
  }

  private struct Content {
    var token: String
    var name: String
    var nameProblem: String?
  }

  private func page(
    _ name: String, _ problem: String? = nil, status: HTTPResponse.Status = .unprocessableContent, for visitor: Visitor
  ) -> Response {
    frame.page(
      "Display name", "account-name",
      Content(token: visitor.secret.formToken, name: name, nameProblem: problem), for: visitor,
      status: problem == nil ? .ok : status)
  }
}
