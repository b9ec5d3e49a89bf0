import HTTPTypes
import Hummingbird
import HummingbirdCore
import MSNP
import NIOCore
import Store

/// What all pages have in common: the frame around their content, and the headers that keep others out of it.
struct PageFrame: Sendable {
  let settings: WebServer.Settings
  let services: PageServices

  /// A page for a visitor, with the frame around it.
  ///
  /// - Parameters:
  ///   - template: the name of the page's own template.
  ///   - content: what it shows, by the names of properties.
  ///   - notice: what was done, or nil.
  ///   - problem: what is wrong with what the visitor asked for, with its cure, or nil.
  ///   - cookie: the line that sets or takes away the visitor's secret, if the page does that.
  func page(
    _ title: String, _ template: String, _ content: some Any, for visitor: Visitor, notice: String? = nil,
    problem: String? = nil, status: HTTPResponse.Status = .ok, cookie: String? = nil
  ) -> Response {
    let surroundings = Surroundings(
      title: title, service: settings.pages.name, member: visitor.member.map(Surroundings.Member.init),
      admitsSignUp: settings.pages.registration != .closed, token: visitor.secret.formToken, notice: notice,
      problem: problem, body: PageFrame.text(template, content))
    // Who only looks around is given no cookie: it comes with the first form.
    let isNeeded = visitor.isNew && surroundings.body.contains(visitor.secret.formToken)
    let headers = PageFrame.headers(
      setting: cookie ?? (isNeeded ? visitor.secret.cookie(isSecure: visitor.isSecure) : nil))
    return Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: PageFrame.text("layout", surroundings))))
  }

  private static func text(_ template: String, _ content: some Any) -> String {
    Templates.ofBinary?.text(template, content) ?? ""
  }

  /// A page of one sentence, and perhaps a link.
  func message(
    _ title: String, _ text: String, link: Link? = nil, for visitor: Visitor, status: HTTPResponse.Status = .ok,
    cookie: String? = nil
  ) -> Response {
    page(title, "message", Message(text: text, link: link), for: visitor, status: status, cookie: cookie)
  }

  /// What a visitor is told while the store is away. Says nothing of who the visitor is, which nobody knows then.
  func unavailable(_ visitor: Visitor) -> Response {
    var response = message(
      "Not available at present", "The service cannot reach its database. Try again in a minute.", for: visitor,
      status: .serviceUnavailable)
    response.headers[.retryAfter] = "60"
    return response
  }

  /// Sends the browser to another page here, by GET.
  func redirect(to path: String, for visitor: Visitor, cookie: String? = nil) -> Response {
    var headers = PageFrame.headers(setting: cookie)
    headers[.location] = "\(visitor.place)\(path)"
    return Response(status: .seeOther, headers: headers)
  }

  struct Link: Sendable {
    var url: String
    var words: String
  }

  private struct Message {
    var text: String
    var link: Link?
  }

  /// What the layout shows around a page.
  private struct Surroundings {
    struct Member {
      var handle: String
      var isAdministrator: Bool

      init(_ record: MemberRecord) {
        handle = record.handle.text
        isAdministrator = record.isAdministrator
      }
    }

    var title: String
    var service: String
    var member: Member?
    var admitsSignUp: Bool
    var token: String
    var notice: String?
    var problem: String?
    var body: String
  }
}

extension PageFrame {
  /// Headers of every page: nothing from elsewhere is loaded, nobody frames it, and no cache keeps it.
  static func headers(setting cookie: String?, type: String = "text/html; charset=utf-8") -> HTTPFields {
    var headers: HTTPFields = [
      .contentType: type,
      .cacheControl: "no-store",
      .contentSecurityPolicy:
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      .xContentTypeOptions: "nosniff",
    ]
    for (name, value) in [("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin")] {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    if let cookie { headers[.setCookie] = cookie }
    return headers
  }
}
