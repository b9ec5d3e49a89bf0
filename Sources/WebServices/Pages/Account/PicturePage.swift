import HTTPTypes
import Hummingbird
import HummingbirdCore
import MSNP
import NIOCore
import Roster
import Store

/// The picture of a profile: its owner's form, and the picture itself.
///
///     >>> POST /account/picture              multipart/form-data with token and picture, or with remove
///     <<< 303 See Other, Location: http://messenger.example.org/account?done=picture
///     >>> GET /picture?of=alice@example.com
///     <<< 200 OK, Content-Type: image/png
struct PicturePage {
  let frame: PageFrame

  /// Files that are too large by a little are told so on a page; beyond this the front says 413.
  private static let traits = RouteTraits(maximumBody: 512 * 1024)

  func add(to routes: inout Routes) {
    routes.page("/account/picture", for: .members, in: frame) { _, _, visitor in try await page(for: visitor) }
    routes.form("/account/picture", for: .members, in: frame, traits: PicturePage.traits, use: save)
    routes.page("/picture", for: .members, in: frame, use: show)
  }

  private struct Content {
    var token: String
    var handle: String
    var hasPicture: Bool
    var pictureProblem: String?
  }

  private func page(_ problem: String? = nil, for visitor: Visitor) async throws -> Response {
    guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
    let picture = try await frame.services.store.picture(of: member.account)
    return frame.page(
      "My picture", "picture",
      Content(
        token: visitor.secret.formToken, handle: FormFields.encode(member.handle.text),
        hasPicture: picture != nil, pictureProblem: problem),
      for: visitor, status: problem == nil ? .ok : .unprocessableContent)
  }

  @Sendable private func save(_ form: PageForm, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
    if form.has("remove") {
      _ = try await frame.services.store.setPicture(of: member.account, to: nil)
      return frame.done(.noPicture, visitor)
    }
    let bytes = form.files["picture"] ?? []
    if let problem = PicturePage.problem(with: bytes) { return try await page(problem, for: visitor) }
    guard let file = PictureFile(bytes) else { return try await page(for: visitor) }
    _ = try await frame.services.store.setPicture(
      of: member.account, to: MemberPicture(type: file.type, bytes: bytes))
    return frame.done(.picture, visitor)
  }

  /// What is wrong with a file, with the cure; nil when nothing is.
  static func problem(with bytes: [UInt8]) -> String? {
    guard !bytes.isEmpty else { return "Choose a file first: PNG, JPEG or GIF." }
    guard bytes.count <= PictureFile.maximumBytes else {
      return "That file has \((bytes.count + 1023) / 1024) KB, and a picture may have 64: make it smaller first."
    }
    guard let file = PictureFile(bytes) else {
      return "That file is no picture in PNG, JPEG or GIF, or it is damaged: save it as one of these."
    }
    guard file.isSane else {
      return "That picture has \(file.width) by \(file.height) pixels: make it at most \(PictureFile.maximumSide) on "
        + "either side."
    }
    return nil
  }

  @Sendable private func show(_ request: Request, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    let of = FormFields(request.uri.query ?? "")["of"] ?? ""
    guard let subject = try await frame.subject(of, seenBy: visitor),
      let picture = try await frame.services.store.picture(of: subject.account)
    else {
      return frame.message(
        "No picture", "There is no such picture, or it is not for you.", for: visitor, status: .notFound)
    }
    var headers = PageFrame.headers(setting: nil, type: picture.type)
    headers[.contentSecurityPolicy] = "default-src 'none'"
    return Response(
      status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: picture.bytes)))
  }
}
