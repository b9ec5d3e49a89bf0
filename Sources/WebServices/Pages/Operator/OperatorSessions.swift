import Hummingbird
import MSNP

/// Who is signed in, for operators, who may end a session.
struct OperatorSessions {
  let frame: PageFrame

  /// More than this is no list that anybody reads.
  private static let limit = 200

  func add(to routes: inout Routes) {
    routes.page("/operator/sessions", for: .administrators, in: frame) { _, _, visitor in try await page(visitor) }
    routes.form("/operator/kick", for: .administrators, in: frame, use: kick)
  }

  private struct Content {
    struct Session {
      var email: String
      var node: String
      var status: String
      var since: String
    }

    var token: String
    var online: String
    var limit: Int
    var isCut: Bool
    var sessions: [Session]
  }

  private func page(_ visitor: Visitor, notice: String? = nil, problem: String? = nil) async throws -> Response {
    let desk = frame.services.desk
    let people = try await desk.signedIn(limit: OperatorSessions.limit)
    let count = try await desk.signedInCount()
    let sessions = people.map { person in
      Content.Session(
        email: person.handle.text, node: person.node, status: person.status?.words ?? "hidden",
        since: person.since.map(CivilDate.pageText) ?? "-")
    }
    return frame.page(
      "Sessions", "sessions",
      Content(
        token: visitor.secret.formToken, online: StatusPage.people(count), limit: OperatorSessions.limit,
        isCut: people.count < count && people.count == OperatorSessions.limit, sessions: sessions),
      for: visitor, notice: notice, problem: problem, status: problem == nil ? .ok : .unprocessableContent)
  }

  /// Signs somebody out, who may sign in again at once.
  ///
  ///     >>> POST /operator/kick
  ///     >>> token=...&email=alice%40example.com&sure=yes
  @Sendable private func kick(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    guard let handle = UserHandle(form["email"]) else {
      return try await page(visitor, problem: "That is no e-mail address.")
    }
    guard form.isSure else {
      return frame.ask(
        Question(
          title: "Sign \(handle) out?",
          text: "The session ends. Whoever it is may sign in again at once: to keep somebody out, ban the account.",
          action: "/operator/kick", fields: [("email", handle.text)], button: "Sign out", back: "/operator/sessions"),
        visitor)
    }
    guard try await frame.services.desk.signOut(handle) else {
      return try await page(visitor, problem: "\(handle) is not signed in.")
    }
    frame.note("signed somebody out", handle.text, by: visitor)
    return try await page(visitor, notice: "\(handle) was signed out. It may take a moment until the list shows it.")
  }
}

extension Status {
  /// As clients show it.
  var words: String {
    switch self {
    case .online: "online"
    case .busy: "busy"
    case .idle: "idle"
    case .beRightBack: "be right back"
    case .away: "away"
    case .onThePhone: "on the phone"
    case .outToLunch: "out to lunch"
    case .hidden, .offline: "hidden"
    }
  }
}
