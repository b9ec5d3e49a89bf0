import HTTPTypes
import Hummingbird
import MSNP
import Roster
import SignIn
import Store

/// Who may see a page.
enum PageAudience: Sendable {
  case everybody
  case members
  case administrators
}

/// A form as it came: from a page of this visitor's, and with the fields filled in.
struct PageForm: Sendable {
  let fields: FormFields
  /// The files that were sent with it, by the names of their fields.
  let files: [String: [UInt8]]

  /// From a request's body, which is one of the two kinds that browsers send; nil when it is none.
  init?(_ request: Request, _ context: WebContext) {
    let type = request.headers[.contentType] ?? ""
    guard type.lowercased().hasPrefix("multipart/form-data") else {
      (fields, files) = (FormFields(String(buffer: context.body)), [:])
      return
    }
    guard let parts = MultipartForm(Array(context.body.readableBytesView), contentType: type) else { return nil }
    (fields, files) = (FormFields(parts.fields), parts.files)
  }

  /// What stands in a field, without blanks around it; empty when it is absent.
  subscript(name: String) -> String { fields[name]?.trimmedOfBlanks ?? "" }

  /// What stands in a field, as it is: passwords may begin with a blank.
  func verbatim(_ name: String) -> String { fields[name] ?? "" }

  /// Whether a box is ticked.
  func has(_ name: String) -> Bool { fields[name] != nil }
}

extension Routes {
  typealias PageEndpoint = @Sendable (Request, WebContext, Visitor) async throws -> Response
  typealias FormEndpoint = @Sendable (PageForm, WebContext, Visitor) async throws -> Response

  /// A page that a visitor looks at.
  mutating func page(
    _ path: String, for audience: PageAudience = .everybody, in frame: PageFrame, use endpoint: @escaping PageEndpoint
  ) {
    on(path, methods: [.get]) { request, context in
      try await frame.admitting(request, context, audience) { try await endpoint(request, context, $0) }
    }
  }

  /// What a form of a page does. Whoever sends it has to bring the token of the visitor's own pages.
  mutating func form(
    _ path: String, for audience: PageAudience = .everybody, in frame: PageFrame, traits: RouteTraits = .ordinary,
    use endpoint: @escaping FormEndpoint
  ) {
    on(path, methods: [.post], traits: traits) { request, context in
      try await frame.admitting(request, context, audience) { visitor in
        guard let form = PageForm(request, context), frame.isOwn(request, visitor, token: form["token"]) else {
          return frame.strangeForm(visitor)
        }
        return try await endpoint(form, context, visitor)
      }
    }
  }
}

extension PageFrame {
  /// Lets a visitor in who may see the page; others are asked to sign in, or told that it is not for them.
  fileprivate func admitting(
    _ request: Request, _ context: WebContext, _ audience: PageAudience,
    _ endpoint: (Visitor) async throws -> Response
  ) async throws -> Response {
    do {
      let visitor = try await Visitor.of(request, context, self)
      switch (audience, visitor.member) {
      case (.everybody, _), (.members, .some): return try await endpoint(visitor)
      case (.administrators, .some(let member)) where member.isAdministrator: return try await endpoint(visitor)
      case (.administrators, .some):
        return message(
          "Not for you", "Only who administers the service may see this.", for: visitor, status: .forbidden)
      case (_, nil): return redirect(to: "/signin", for: visitor)
      }
    } catch let failure as StoreFailure {
      services.door.report(failure)
      return unavailable(.unknown(request, context, self))
    }
  }

  /// Whether a form was sent from a page that was made for this visitor.
  func isOwn(_ request: Request, _ visitor: Visitor, token: String) -> Bool {
    if let origin = request.headers[.origin] {
      // Old browsers send none. Hosts alone are compared: a proxy before this server may have spoken TLS.
      let known = ([visitor.place] + settings.publicURLs).map { $0.authority.lowercased() }
      guard let host = PublicURL(origin)?.authority.lowercased(), known.contains(host) else { return false }
    }
    return !visitor.isNew && visitor.secret.vouches(for: token)
  }

  /// What is said to a form that no page of the visitor's has sent.
  func strangeForm(_ visitor: Visitor) -> Response {
    message(
      "That form is not valid any more",
      "Go back, load the page again, and send the form once more. If it happens again, let your browser take cookies "
        + "from this page.",
      for: visitor, status: .forbidden)
  }
}
