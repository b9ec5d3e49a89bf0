import Credentials
import Hummingbird
import MSNP
import Roster
import Store

/// A fresh password for somebody who has lost the old one, shown once to the administrator.
struct OperatorPassword {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.form("/operator/password", for: .administrators, in: frame, use: reset)
  }

  /// Ends the person's sessions on pages, and takes the old-client password away: whoever asks for a new password does
  /// not know who has the old ones.
  ///
  ///     >>> POST /operator/password
  ///     >>> token=...&email=alice%40example.com&sure=yes
  @Sendable private func reset(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    let store = frame.services.store
    guard let handle = UserHandle(form["email"]), let member = try await store.member(handle) else {
      return frame.noSuchPerson(visitor)
    }
    guard member.account != visitor.member?.account else {
      return frame.person(member, visitor, problem: "Change your own password on your account's page.")
    }
    guard form.isSure else {
      return frame.ask(
        Question(
          title: "A new password for \(handle)?",
          text:
            "The old one is good no more, nor is the one for old clients, and the person's sessions on these pages end."
            + " Make sure that who asks for it is who it says.", action: "/operator/password",
          fields: [("email", handle.text)], button: "Make a new password",
          back: "/operator/people/\(member.account.rawValue)"), visitor)
    }
    let password = OldClientPassword.random()
    let hash = try await frame.hash(password)
    guard try await store.setPasswordHash(of: member.account, to: hash, keeping: nil),
      try await store.setOldPassword(of: member.account, sealed: nil)
    else { return frame.noSuchPerson(visitor) }
    frame.note("made a new password for somebody", handle.text, by: visitor)
    return shown(password, handle, visitor)
  }

  private func shown(_ password: String, _ handle: UserHandle, _ visitor: Visitor) -> Response {
    struct Content {
      var token: String
      var email: String
      var secret: String
    }
    return frame.page(
      "New password", "new-password",
      Content(token: visitor.secret.formToken, email: handle.text, secret: password), for: visitor)
  }
}
