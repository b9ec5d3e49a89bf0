import MSNP
import Roster
import Store

/// What an administrator does to somebody's account: the rules of it, and its words.
enum AccountDeed: Hashable, Sendable {
  case ban
  case unban
  /// Makes somebody an administrator.
  case promote
  case demote

  /// For the log: an administrator ...
  var past: String {
    switch self {
    case .ban: "banned somebody"
    case .unban: "let somebody in again"
    case .promote: "made somebody an administrator"
    case .demote: "took somebody the right to administer"
    }
  }

  /// Why it cannot be done; nil when it can. Nobody does any of it to himself, so somebody always administers the
  /// service; and who does is not banned before the right is taken away.
  func problem(with member: MemberRecord, doneBy administrator: MemberRecord?) -> String? {
    guard member.account != administrator?.account else {
      return "That is your own account: another administrator has to do that."
    }
    switch self {
    case .ban where member.isAdministrator:
      return "\(member.handle) administers the service: take that right away first."
    case .promote where member.isBanned: return "\(member.handle) is banned: let the account in again first."
    default: return nil
    }
  }

  /// What is asked first; nil for what ends nothing.
  func question(about member: MemberRecord) -> Question? {
    let handle = member.handle
    let fields = [(name: "email", value: handle.text)]
    let back = "/operator/people/\(member.account.rawValue)"
    switch self {
    case .unban: return nil
    case .ban:
      return Question(
        title: "Ban \(handle)?",
        text: "The sessions end, here and in clients, and nobody can sign in to the account until it is let in again."
          + " Lists, profile and history stay.", action: "/operator/ban", fields: fields, button: "Ban", back: back)
    case .promote:
      return Question(
        title: "Make \(handle) an administrator?",
        text: "Administrators can do everything that you can do here, to everybody.", action: "/operator/promote",
        fields: fields, button: "Make an administrator", back: back)
    case .demote:
      return Question(
        title: "Take \(handle) the right to administer?", text: "The account stays as it is otherwise.",
        action: "/operator/demote", fields: fields, button: "Take it away", back: back)
    }
  }

  func notice(_ handle: some CustomStringConvertible) -> String {
    switch self {
    case .ban: "\(handle) is banned, and signed out wherever that was."
    case .unban: "\(handle) can sign in again."
    case .promote: "\(handle) administers the service now."
    case .demote: "\(handle) does not administer the service any more."
    }
  }
}
