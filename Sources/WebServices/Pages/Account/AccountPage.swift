import Hummingbird
import MSNP
import Roster
import SignIn
import Store

/// What an account's owner can look at and change, with the two switches that need no page of their own.
struct AccountPage {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/account", for: .members, in: frame) { request, _, visitor in
      guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
      let done = FormFields(request.uri.query ?? "")["done"].flatMap(Done.init(rawValue:))
      return frame.page(
        "My account", "account", Content(member, visitor, frame.settings.pages), for: visitor,
        notice: done?.text(frame.settings.pages))
    }
    routes.form("/account/sessions", for: .members, in: frame) { _, _, visitor in
      guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
      try await frame.services.store.closePageSessions(of: member.account, but: visitor.secret.digest)
      return frame.done(.sessions, visitor)
    }
    routes.form("/account/keep-history", for: .members, in: frame) { form, _, visitor in
      guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
      let keeps = form["keep"] == "yes" && frame.settings.pages.historyDays > 0
      _ = try await frame.services.store.setKeepsHistory(of: member.account, keeps)
      return frame.done(keeps ? .historyOn : .historyOff, visitor)
    }
  }

  private struct Content {
    var token: String
    var handle: String
    var name: String
    var created: String
    var admitsOldClients: Bool
    var isAdministrator: Bool
    var keepsHistory: Bool
    var offersHistory: Bool
    var historyDays: Int
    var audience: String

    init(_ member: MemberRecord, _ visitor: Visitor, _ settings: PageSettings) {
      token = visitor.secret.formToken
      handle = member.handle.text
      name = member.name.text
      created = PageTime.day(member.created)
      admitsOldClients = member.admitsOldClients
      isAdministrator = member.isAdministrator
      keepsHistory = member.keepsHistory
      offersHistory = settings.historyDays > 0
      historyDays = settings.historyDays
      audience = ProfileWords.audience(member.profile.audience)
    }
  }
}

/// What a form of the account pages has done, told on the page that comes next.
enum Done: String, Sendable {
  case name
  case password
  case oldClientsOff = "old-clients-off"
  case profile
  case picture
  case noPicture = "no-picture"
  case sessions
  case historyOn = "history-on"
  case historyOff = "history-off"

  func text(_ settings: PageSettings) -> String {
    switch self {
    case .name: "Your display name is changed. Whoever is online sees it at once."
    case .password: "Your password is changed, and every other session on these pages has ended."
    case .oldClientsOff: "The password for old clients is gone: they cannot sign in to your account any more."
    case .profile: "Your profile is saved."
    case .picture: "Your picture is saved."
    case .noPicture: "Your picture is gone."
    case .sessions: "Every other session on these pages has ended."
    case .historyOn: "From now on messages of your conversations are kept for you, for \(settings.historyDays) days."
    case .historyOff: "Messages are not kept any more. What was kept stays until you delete it, or its time is over."
    }
  }
}

extension PageFrame {
  /// Sends the browser to the account page, which says what was done.
  func done(_ what: Done, _ visitor: Visitor) -> Response {
    redirect(to: "/account?done=\(what.rawValue)", for: visitor)
  }

  /// What is wrong with the present password of the account whose page this is; nil when nothing is. Judged as every
  /// sign-in is, so that guesses count.
  func problem(withPassword password: String, of member: MemberRecord, _ visitor: Visitor) async -> String? {
    switch await judge(member.handle, password, from: visitor) {
    case .judged(let account?) where account == member.account: nil
    case .judged: "That is not the password of your account: type the one with which you sign in here."
    case .guessedTooOften: "Too many wrong passwords lately. Wait a while, then try again."
    case .busy, .storeUnavailable: "The service cannot look at that now. Try again in a minute."
    }
  }
}

/// Times as pages show them, in UTC.
enum PageTime {
  /// `2026-11-25`, from seconds since 1970.
  static func day(_ seconds: Int64) -> String { String(CivilDate.momentText(seconds).prefix { $0 != "T" }) }

  /// `2026-11-25 18:04`, from milliseconds since 1970.
  static func minute(_ milliseconds: Int64) -> String {
    CivilDate.momentText(milliseconds / 1000).replacing("T", with: " ").split(separator: ":").prefix(2)
      .joined(separator: ":")
  }

  /// `18:04:09`, from milliseconds since 1970.
  static func clock(_ milliseconds: Int64) -> String {
    String(CivilDate.momentText(milliseconds / 1000).split(separator: "T").last ?? "")
  }
}
