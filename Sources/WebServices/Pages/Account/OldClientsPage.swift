import Credentials
import Hummingbird
import MSNP
import Roster
import Store

/// The password with which MSN Messenger 1.0 to 4.7 sign in: random, shown once, and gone as soon as it is not wanted.
///
///     >>> POST /account/old-clients
///     >>> token=...&present=...&make=Make+a+password
///     <<< 200 OK
struct OldClientsPage {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/account/old-clients", for: .members, in: frame) { _, _, visitor in page(for: visitor) }
    routes.form("/account/old-clients", for: .members, in: frame, use: change)
  }

  private struct Content {
    var token: String
    var isOn: Bool
    /// The new password, on the one page that shows it.
    var password: String?
    var presentProblem: String?
    var isPlain: Bool
  }

  private func page(password: String? = nil, problem: String? = nil, for visitor: Visitor) -> Response {
    frame.page(
      "Old clients", "old-clients",
      Content(
        token: visitor.secret.formToken, isOn: password != nil || visitor.member?.admitsOldClients == true,
        password: password, presentProblem: problem, isPlain: !visitor.isSecure),
      for: visitor, status: problem == nil ? .ok : .unprocessableContent)
  }

  @Sendable private func change(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
    if let problem = await frame.problem(withPassword: form.verbatim("present"), of: member, visitor) {
      return page(problem: problem, for: visitor)
    }
    if form.has("remove") {
      _ = try await frame.services.store.setOldPassword(of: member.account, sealed: nil)
      return frame.done(.oldClientsOff, visitor)
    }
    let password = OldClientPassword.random()
    let sealed = try frame.services.seal.seal(password, for: member.account.rawValue)
    _ = try await frame.services.store.setOldPassword(of: member.account, sealed: sealed)
    return page(password: password, for: visitor)
  }
}
