import Hummingbird
import MSNP
import Store

/// The account password. Whoever changes it has to know the present one; every other session on the pages ends.
///
///     >>> POST /account/password
///     >>> token=...&present=...&password=...&again=...
///     <<< 303 See Other, Location: http://messenger.example.org/account?done=password
struct PasswordPage {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/account/password", for: .members, in: frame) { _, _, visitor in page(for: visitor) }
    routes.form("/account/password", for: .members, in: frame, use: change)
  }

  private struct Problems {
    var present: String?
    var password: String?
    var again: String?

    var isEmpty: Bool { present == nil && password == nil && again == nil }
  }

  private struct Content {
    var token: String
    var handle: String
    var problems: Problems
    var isPlain: Bool
  }

  private func page(_ problems: Problems = Problems(), for visitor: Visitor) -> Response {
    frame.page(
      "Password", "account-password",
      Content(
        token: visitor.secret.formToken, handle: visitor.member?.handle.text ?? "", problems: problems,
        isPlain: !visitor.isSecure),
      for: visitor, status: problems.isEmpty ? .ok : .unprocessableContent)
  }

  @Sendable private func change(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
    let password = form.verbatim("password")
    var problems = Problems()
    problems.password = NewPassword.problem(password, for: member.handle)
    if problems.password == nil, password != form.verbatim("again") {
      problems.again = "The two passwords are not the same: type both again."
    }
    guard problems.isEmpty else { return page(problems, for: visitor) }
    problems.present = await frame.problem(withPassword: form.verbatim("present"), of: member, visitor)
    guard problems.isEmpty else { return page(problems, for: visitor) }
    _ = try await frame.services.store.setPasswordHash(
      of: member.account, to: try await frame.hash(password), keeping: visitor.secret.digest)
    return frame.done(.password, visitor)
  }
}
