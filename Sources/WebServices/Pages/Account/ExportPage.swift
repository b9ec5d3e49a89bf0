import HTTPTypes
import Hummingbird
import HummingbirdCore
import MSNP
import Roster
import Store
import Synchronization

/// Everything that is kept of an account, to take away.
///
///     >>> POST /account/export               token=...    or token=...&after=1800000000000.<conversation>.<number>
///     <<< 200 OK, Content-Type: application/json, Content-Disposition: attachment; filename="account.json"
struct ExportPage {
  let frame: PageFrame
  private let desk = ExportDesk()

  init(frame: PageFrame) { self.frame = frame }

  func add(to routes: inout Routes) {
    routes.page("/account/export", for: .members, in: frame) { _, _, visitor in page(for: visitor) }
    routes.form("/account/export", for: .members, in: frame, use: export)
  }

  private struct Content {
    var token: String
    var megabytes: Int
    var after: String
    var afterProblem: String?
  }

  private func page(
    after: String = "", problem: String? = nil, status: HTTPResponse.Status = .ok, for visitor: Visitor
  ) -> Response {
    frame.page(
      "Take it with me", "export",
      Content(
        token: visitor.secret.formToken, megabytes: ExportFile.maximumBytes / 1024 / 1024, after: after,
        afterProblem: problem),
      for: visitor, status: status)
  }

  @Sendable private func export(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
    let after = form["after"]
    let place = ExportPlace(after)
    guard place != nil || after.isEmpty else {
      return page(
        after: after, problem: "That is not what stands behind 'continues' at the end of a file: copy all of it.",
        status: .unprocessableContent, for: visitor)
    }
    guard desk.take() else {
      return page(
        after: after, problem: "Others are taking their data with them just now. Try again in a minute.",
        status: .serviceUnavailable, for: visitor)
    }
    defer { desk.giveBack() }
    let file = try await file(of: member, after: place)
    var headers = PageFrame.headers(setting: nil, type: "application/json")
    headers[.contentDisposition] = "attachment; filename=\"account.json\""
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
  }

  private func file(of member: MemberRecord, after place: ExportPlace?) async throws -> ExportFile {
    let services = frame.services
    var file = try ExportFile(
      ExportFile.Contents(
        member, picture: try await services.store.picture(of: member.account),
        roster: try await services.snapshot(of: member.account), settings: frame.settings.pages,
        now: services.unixTime()))
    var last = place?.message(of: member)
    while true {
      let messages = try await services.store.history(
        of: member.account, since: frame.historyStart, after: last, limit: ExportFile.pageLength)
      for message in messages {
        guard try file.add(message) else {
          file.end(continuesAfter: last)
          return file
        }
        last = message
      }
      guard messages.count == ExportFile.pageLength else { break }
    }
    file.end(continuesAfter: nil)
    return file
  }
}

/// How many documents are made at a time: each is held whole until it is sent.
private final class ExportDesk: Sendable {
  private static let places = 2
  private let taken = Atomic(0)

  func take() -> Bool {
    guard taken.add(1, ordering: .relaxed).newValue <= ExportDesk.places else {
      giveBack()
      return false
    }
    return true
  }

  func giveBack() { taken.subtract(1, ordering: .relaxed) }
}
