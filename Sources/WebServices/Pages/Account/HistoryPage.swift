import Hummingbird
import MSNP
import Store

/// One's message history: the conversations, the messages of one, and how to be rid of them.
///
///     >>> GET /account/history
///     >>> GET /account/history?before=1800000000000
///     >>> GET /account/history?conversation=11111111-2222-4333-8444-555555555501&after=99
///     >>> POST /account/history              token=...&conversation=...    or token=...&all=on
struct HistoryPage {
  let frame: PageFrame

  /// Lines of a page.
  private static let conversations = 50
  private static let messages = 200

  func add(to routes: inout Routes) {
    routes.page("/account/history", for: .members, in: frame) { request, _, visitor in
      let query = FormFields(request.uri.query ?? "")
      guard let named = query["conversation"] else {
        return try await list(before: query["before"].flatMap { Int64($0) }, for: visitor)
      }
      guard let conversation = GUID(named) else { return missing(visitor) }
      return try await show(conversation, after: query["after"].flatMap { Int($0) }, for: visitor)
    }
    routes.form("/account/history", for: .members, in: frame, use: forget)
  }

  // MARK: The list

  private struct List {
    struct Line {
      var conversation: String
      var when: String
      var people: String
      var messages: Int
    }

    var token: String
    var lines: [Line]
    /// Where the next page begins; nil on the last one.
    var older: Int64?
    var days: Int
    var keepsHistory: Bool
    var sureProblem: String?
  }

  private func list(
    before: Int64?, notice: String? = nil, problem: String? = nil, for visitor: Visitor
  ) async throws -> Response {
    guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
    let found = try await frame.services.store.conversations(
      of: member.account, since: frame.historyStart, before: before, limit: HistoryPage.conversations)
    let lines = found.map { kept in
      List.Line(
        conversation: kept.conversation.description, when: PageTime.minute(kept.began),
        people: HistoryPage.others(kept.people, than: member.handle), messages: kept.messages)
    }
    return frame.page(
      "Message history", "history",
      List(
        token: visitor.secret.formToken, lines: lines,
        older: found.count >= HistoryPage.conversations ? found.last?.ended : nil,
        days: frame.settings.pages.historyDays, keepsHistory: member.keepsHistory, sureProblem: problem),
      for: visitor, notice: notice, status: problem == nil ? .ok : .unprocessableContent)
  }

  /// Nobody but the owner is in a conversation that the others have not joined yet.
  private static func others(_ people: [UserHandle], than own: UserHandle) -> String {
    let others = people.filter { $0 != own }
    return others.isEmpty ? own.text : others.map(\.text).joined(separator: ", ")
  }

  // MARK: One conversation

  private struct Conversation {
    struct Message {
      var time: String
      var name: String
      var sender: String
      var lines: [String]
    }

    var token: String
    var conversation: String
    var began: String
    var people: String
    var messages: [Message]
    /// The number after which the next page begins; nil on the last one.
    var last: Int?
  }

  private func show(_ conversation: GUID, after: Int?, for visitor: Visitor) async throws -> Response {
    guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
    let kept = try await frame.services.store.messages(
      of: member.account, in: conversation, since: frame.historyStart, after: after, limit: HistoryPage.messages)
    guard let first = kept.first else { return missing(visitor) }
    let messages = kept.map { message in
      Conversation.Message(
        time: PageTime.clock(message.time), name: message.senderName.text, sender: message.sender.text,
        lines: message.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init))
    }
    let people = Set(kept.flatMap(\.people)).sorted()
    return frame.page(
      "Conversation", "conversation",
      Conversation(
        token: visitor.secret.formToken, conversation: conversation.description, began: PageTime.minute(first.time),
        people: HistoryPage.others(people, than: member.handle), messages: messages,
        last: kept.count >= HistoryPage.messages ? kept.last?.number : nil),
      for: visitor)
  }

  private func missing(_ visitor: Visitor) -> Response {
    frame.message(
      "Conversation", "There is no such conversation in your history, or no more of it.",
      link: PageFrame.Link(url: "/account/history", words: "Back to my history"), for: visitor, status: .notFound)
  }

  // MARK: Deleting

  @Sendable private func forget(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
    if form.has("all") {
      guard form.has("sure") else {
        return try await list(
          before: nil, problem: "Tick the box if you mean it: nobody can bring the messages back.", for: visitor)
      }
      let count = try await frame.services.store.forgetHistory(of: member.account, conversation: nil)
      return try await list(before: nil, notice: HistoryPage.deleted(count), for: visitor)
    }
    guard let conversation = GUID(form["conversation"]) else { return missing(visitor) }
    let count = try await frame.services.store.forgetHistory(of: member.account, conversation: conversation)
    return try await list(before: nil, notice: HistoryPage.deleted(count), for: visitor)
  }

  private static func deleted(_ count: Int) -> String {
    count == 1 ? "1 message is deleted." : "\(count) messages are deleted."
  }
}

extension PageFrame {
  /// Messages from before this moment count as gone: milliseconds since 1970.
  var historyStart: Int64 {
    HistoryTime.start(days: settings.pages.historyDays, now: services.unixTime())
  }
}

/// How far back histories reach.
enum HistoryTime {
  /// The moment before which messages are gone, in milliseconds since 1970; the present one when nothing is kept.
  ///
  /// - Parameter now: seconds since 1970.
  static func start(days: Int, now: Int64) -> Int64 { (now - Int64(days) * 86_400) * 1000 }
}
