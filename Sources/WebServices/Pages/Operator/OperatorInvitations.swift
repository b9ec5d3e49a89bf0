import Credentials
import Hummingbird
import MSNP
import Store

/// Invitations: made with a code that is shown once, listed and revoked.
struct OperatorInvitations {
  let frame: PageFrame

  static let longestNote = 100

  func add(to routes: inout Routes) {
    routes.page("/operator/invitations", for: .administrators, in: frame) { _, _, visitor in try await page(visitor) }
    routes.form("/operator/invitations", for: .administrators, in: frame, use: invite)
    routes.form("/operator/revoke", for: .administrators, in: frame, use: revoke)
  }

  private struct Content {
    struct Row {
      /// The beginning of the digest, by which the store knows it; tells nothing of the code.
      var mark: String
      var note: String
      var created: String
      var expires: String
      var uses: Int
      var makesAdministrator: Bool
    }

    var token: String
    var code: String?
    var isClosed: Bool
    var rows: [Row]
    var isEmpty: Bool
    var longestNote: Int
  }

  private func page(
    _ visitor: Visitor, code: InvitationCode? = nil, notice: String? = nil, problem: String? = nil
  ) async throws -> Response {
    let invitations = try await frame.services.store.invitations(now: frame.services.unixTime())
    let rows = invitations.map { invitation in
      Content.Row(
        mark: OperatorInvitations.mark(invitation.digest), note: invitation.note,
        created: CivilDate.pageText(invitation.created), expires: CivilDate.pageText(invitation.expires),
        uses: invitation.uses, makesAdministrator: invitation.makesAdministrator)
    }
    return frame.page(
      "Invitations", "invitations",
      Content(
        token: visitor.secret.formToken, code: code?.text, isClosed: frame.settings.pages.registration == .closed,
        rows: rows, isEmpty: rows.isEmpty, longestNote: OperatorInvitations.longestNote),
      for: visitor, notice: notice, problem: problem, status: problem == nil ? .ok : .unprocessableContent)
  }

  /// Makes one.
  ///
  ///     >>> POST /operator/invitations
  ///     >>> token=...&note=the+chess+club&uses=5&days=14
  @Sendable private func invite(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    let order: InvitationOrder
    do throws(InvitationOrder.Refusal) {
      order = try InvitationOrder(form)
    } catch {
      return try await page(visitor, problem: error.cure)
    }
    let code = InvitationCode.random()
    let now = frame.services.unixTime()
    try await frame.services.store.invite(
      Invitation(
        digest: code.digest, created: now, expires: now + Int64(order.days) * 86_400, uses: order.uses,
        makesAdministrator: order.makesAdministrator, note: order.note))
    frame.note(
      order.makesAdministrator ? "made an invitation for an administrator" : "made an invitation",
      OperatorInvitations.mark(code.digest), by: visitor)
    return try await page(visitor, code: code)
  }

  /// Takes one back.
  ///
  ///     >>> POST /operator/revoke
  ///     >>> token=...&mark=0f3a...&sure=yes
  @Sendable private func revoke(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    let mark = form["mark"]
    guard let prefix = OperatorInvitations.bytes(mark) else {
      return try await page(visitor, problem: "There is no such invitation any more.")
    }
    guard form.isSure else {
      return frame.ask(
        Question(
          title: "Revoke the invitation \(mark)?", text: "Nobody can sign up with it any more. Who has, stays.",
          action: "/operator/revoke", fields: [("mark", mark)], button: "Revoke", back: "/operator/invitations"),
        visitor)
    }
    guard try await frame.services.store.revokeInvitation(prefix) != nil else {
      return try await page(visitor, problem: "There is no such invitation any more.")
    }
    frame.note("revoked an invitation", mark, by: visitor)
    return try await page(visitor, notice: "The invitation is revoked.")
  }

  /// The first eight bytes in hexadecimal digits.
  static func mark(_ digest: [UInt8]) -> String {
    digest.prefix(8).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0\(text)" : text
    }.joined()
  }

  private static func bytes(_ mark: String) -> [UInt8]? {
    let digits = Array(mark.utf8)
    guard digits.count == 16 else { return nil }
    let bytes = stride(from: 0, to: 16, by: 2).compactMap { place -> UInt8? in
      let pair = String(decoding: digits[place..<place + 2], as: UTF8.self)
      return pair.allSatisfy(\.isHexDigit) ? UInt8(pair, radix: 16) : nil
    }
    return bytes.count == 8 ? bytes : nil
  }
}

/// What an administrator wants of an invitation.
struct InvitationOrder: Hashable, Sendable {
  enum Refusal: Error, Hashable, Sendable {
    case note
    case uses
    case days

    var cure: String {
      switch self {
      case .note: "The note is longer than \(OperatorInvitations.longestNote) characters: make it shorter."
      case .uses: "Give a number of uses from 1 to 1000, and 1 for an administrator."
      case .days: "Give a number of days from 1 to 365."
      }
    }
  }

  var note: String
  var uses: Int
  var days: Int
  var makesAdministrator: Bool

  init(_ form: PageForm) throws(Refusal) {
    note = form["note"]
    makesAdministrator = form.has("administrator")
    guard note.count <= OperatorInvitations.longestNote else { throw .note }
    guard let uses = Int(form["uses"]), (1...1000).contains(uses), !makesAdministrator || uses == 1 else { throw .uses }
    guard let days = Int(form["days"]), (1...365).contains(days) else { throw .days }
    (self.uses, self.days) = (uses, days)
  }
}
