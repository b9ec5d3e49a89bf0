import Credentials
import MSNP

/// What somebody typed who wants an account, and what is wrong with it, field by field. Passwords are not shown again.
struct SignUpForm {
  /// An account that could be made.
  struct Wish {
    var handle: UserHandle
    var name: FriendlyName
    var password: String
    /// The digest of the code; nil for who brought none, where none is needed.
    var invitation: [UInt8]?
  }

  var email = ""
  var name = ""
  var invitation = ""
  var emailProblem: String?
  var nameProblem: String?
  var passwordProblem: String?
  var againProblem: String?
  var invitationProblem: String?
  /// Nil as long as something is wrong.
  private(set) var wish: Wish?

  static let badInvitation =
    "That invitation is not good, or not any more: look whether all of it is there, or ask for a new one."

  init() {}

  init(_ form: PageForm, registration: Registration) {
    email = form["email"]
    name = form["name"]
    invitation = form["invitation"]
    let password = form.verbatim("password")
    let handle = UserHandle(email)
    if handle == nil { emailProblem = SignUpForm.emailProblem(email) }
    passwordProblem = NewPassword.problem(password, for: handle)
    if passwordProblem == nil, password != form.verbatim("again") {
      againProblem = "The two passwords are not the same: type both again."
    }
    let friendlyName = SignUpForm.friendlyName(name, of: handle)
    nameProblem = friendlyName == nil ? NameRule.problem(name) : nil
    let digest = InvitationCode(invitation)?.digest
    if !invitation.isEmpty {
      invitationProblem = digest == nil ? SignUpForm.badInvitation : nil
    } else if registration == .invitation {
      invitationProblem = "Type the code of your invitation. Whoever runs this service gives them out."
    }
    guard !hasProblem, let handle, let friendlyName else { return }
    wish = Wish(handle: handle, name: friendlyName, password: password, invitation: digest)
  }

  var hasProblem: Bool {
    [emailProblem, nameProblem, passwordProblem, againProblem, invitationProblem].contains { $0 != nil }
  }

  private static func emailProblem(_ email: String) -> String {
    if email.isEmpty { return "Type an e-mail address: clients sign in with it." }
    return
      "That is no e-mail address as clients know them: it needs one @, at most \(UserHandle.maximumLength) letters, "
      + "digits and signs, and no blanks or accents."
  }

  /// Who gives none is called by the address.
  private static func friendlyName(_ name: String, of handle: UserHandle?) -> FriendlyName? {
    name.isEmpty ? handle.map { FriendlyName($0) } : try? FriendlyName(name)
  }
}

/// What is wrong with a display name, in words.
enum NameRule {
  static func problem(_ name: String) -> String? {
    do throws(FriendlyName.Refusal) {
      guard !name.isEmpty else { return nil }
      _ = try FriendlyName(name)
      return nil
    } catch {
      return switch error {
      case .tooLong: "That is longer than clients take: use at most 129 letters, fewer if they have accents."
      case .unreadable: "That holds a character that no client shows, such as a line end: leave it out."
      }
    }
  }
}
