import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTP1

/// A request while it arrives. Nothing is allocated for what a length only claims.
struct RequestDraft {
  let head: HTTPRequestHead
  let traits: RouteTraits
  private(set) var body = ByteBuffer()

  init(_ head: HTTPRequestHead, traits: RouteTraits) {
    self.head = head
    self.traits = traits
  }

  /// Whether its own header says that the body is too large.
  var claimsTooMuch: Bool {
    guard let length = head.headers.first(name: "Content-Length") else { return false }
    return Int(length).map { $0 > traits.maximumBody } ?? true
  }

  /// Whether the client sends its body only when it is told to go on.
  var expectsContinue: Bool {
    head.version == .http1_1
      && head.headers[canonicalForm: "Expect"].contains { $0.lowercased() == "100-continue" }
  }

  /// Whether the connection ends after the answer: the client wants it, or it speaks something else from then on.
  var isLast: Bool {
    !head.isKeepAlive || head.method == .CONNECT || head.headers.contains(name: "Upgrade")
  }

  /// Whether an HTTP 1.0 client has to be told that the connection stays.
  var wantsKeepAliveSaid: Bool { head.version == .http1_0 && head.isKeepAlive }

  /// Adds a part of the body; false when it is too large.
  mutating func add(_ bytes: ByteBuffer) -> Bool {
    guard body.readableBytes + bytes.readableBytes <= traits.maximumBody else { return false }
    var bytes = bytes
    body.writeBuffer(&bytes)
    return true
  }

  /// The request for the router. Fields with names that HTTP does not allow are left out.
  var request: Request {
    var fields = HTTPFields()
    for (name, value) in head.headers {
      if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    let method = HTTPRequest.Method(head.method.rawValue) ?? .get
    let request = HTTPRequest(
      method: method, scheme: nil, authority: head.headers.first(name: "Host"), path: head.uri, headerFields: fields)
    return Request(head: request, body: RequestBody(buffer: body))
  }

  /// The path of the target, whether that is a path or a whole URL.
  static func path(of target: String) -> String { URI(target).path }
}
