import Hummingbird
import MSNP

/// What everybody who is signed in is told: an announcement, or that the service goes down soon.
struct OperatorNews {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/operator/news", for: .administrators, in: frame) { _, _, visitor in page(visitor) }
    routes.form("/operator/announce", for: .administrators, in: frame, use: announce)
    routes.form("/operator/maintenance", for: .administrators, in: frame, use: warn)
  }

  private struct Content {
    var token: String
    var text: String
    var page: String
    var minutes: String
  }

  private func page(
    _ visitor: Visitor, text: String = "", link: String = "", minutes: String = "15", notice: String? = nil,
    problem: String? = nil
  ) -> Response {
    frame.page(
      "Announcements", "news",
      Content(token: visitor.secret.formToken, text: text, page: link, minutes: minutes), for: visitor, notice: notice,
      problem: problem, status: problem == nil ? .ok : .unprocessableContent)
  }

  /// Shows a text in a corner of everybody's screen.
  ///
  ///     >>> POST /operator/announce
  ///     >>> token=...&text=Back+at+six.&page=
  @Sendable private func announce(
    _ form: PageForm, _ context: WebContext, _ visitor: Visitor
  ) async throws -> Response {
    let (text, link) = (form["text"], form["page"])
    let alert: Alert
    do throws(Alert.Refusal) {
      alert = try Alert(
        number: .random(in: 1...UInt32(Int32.max)), text: OperatorNews.oneLine(text), page: link.isEmpty ? nil : link)
    } catch {
      return page(visitor, text: text, link: link, problem: OperatorNews.cure(error))
    }
    try await frame.services.desk.announce(alert)
    frame.note("announced something to everybody", alert.text, by: visitor)
    return page(visitor, notice: "It is on its way to everybody who is signed in.")
  }

  /// Tells everybody that the service goes down; nothing else happens.
  ///
  ///     >>> POST /operator/maintenance
  ///     >>> token=...&minutes=15
  @Sendable private func warn(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    guard let minutes = Int(form["minutes"]), (1...1440).contains(minutes) else {
      return page(visitor, minutes: form["minutes"], problem: "Give a number of minutes from 1 to 1440.")
    }
    try await frame.services.desk.announceMaintenance(minutes: minutes)
    frame.note("announced maintenance to everybody", "in \(minutes) minutes", by: visitor)
    return page(visitor, notice: "Everybody who is signed in is told. The service does not end by itself.")
  }

  /// Clients show one paragraph.
  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  private static func cure(_ refusal: Alert.Refusal) -> String {
    switch refusal {
    case .empty: "There is nothing to show: write a text."
    case .tooLong: "The text is longer than clients take: make it shorter than 900 letters."
    case .page: "The page has to be an address like http://example.org/page, without blanks."
    }
  }
}
