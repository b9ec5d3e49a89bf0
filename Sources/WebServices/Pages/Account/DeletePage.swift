import Hummingbird
import MSNP
import Store

/// Deleting the account: at once, and for good.
///
///     >>> POST /account/delete
///     >>> token=...&present=...&sure=on
///     <<< 200 OK, Set-Cookie: monarch=; Path=/; Max-Age=0; ...
struct DeletePage {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/account/delete", for: .members, in: frame) { _, _, visitor in page(for: visitor) }
    routes.form("/account/delete", for: .members, in: frame, use: delete)
  }

  private struct Content {
    var token: String
    var handle: String
    var presentProblem: String?
    var sureProblem: String?
  }

  private func page(present: String? = nil, sure: String? = nil, for visitor: Visitor) -> Response {
    frame.page(
      "Delete my account", "delete",
      Content(
        token: visitor.secret.formToken, handle: visitor.member?.handle.text ?? "", presentProblem: present,
        sureProblem: sure),
      for: visitor, status: present == nil && sure == nil ? .ok : .unprocessableContent)
  }

  @Sendable private func delete(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
    guard form.has("sure") else {
      return page(sure: "Tick the box if you mean it: nobody can bring the account back.", for: visitor)
    }
    if let problem = await frame.problem(withPassword: form.verbatim("present"), of: member, visitor) {
      return page(present: problem, for: visitor)
    }
    if let (account, notices) = try await frame.services.store.remove(member.handle) {
      frame.services.desk.post(notices)
      frame.services.desk.putOut(account)
    }
    return frame.message(
      "Good-bye",
      "The account \(member.handle) is deleted, with its lists, profile, picture and message history, and it is off the "
        + "lists of others.",
      link: PageFrame.Link(url: "/", words: "To the front page"), for: visitor.signedOut,
      cookie: PageSecret.noCookie(isSecure: visitor.isSecure))
  }
}
