import Hummingbird
import NIOCore

extension Response {
  /// A document with the declaration before it.
  static func xml(_ document: String, contentType: String = "text/xml; charset=utf-8") -> Response {
    Response(
      status: .ok, headers: [.contentType: contentType],
      body: ResponseBody(byteBuffer: ByteBuffer(string: "\(Markup.declaration)\(document)")))
  }

  /// The request's document could not be read.
  static func refused(_ refusal: MarkupRefusal) -> Response {
    let why =
      switch refusal {
      case .broken: "this is no well-formed XML in UTF-8"
      case .doctype: "a document type is not accepted"
      case .tooLarge: "too many elements, or nested too deeply"
      }
    return Response(
      status: .badRequest, headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: why + "\n")))
  }
}

extension WebContext {
  /// The body as a document.
  func markup() throws(MarkupRefusal) -> Markup { try MarkupReader.read(Array(body.readableBytesView)) }
}
