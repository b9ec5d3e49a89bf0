import HTTPTypes
import Hummingbird
import NIOCore

/// Pages for people, and for clients that only want to see that somebody answers.
struct Pages: Sendable {
  private let settings: WebServer.Settings

  init(_ settings: WebServer.Settings) { self.settings = settings }

  func add(to routes: inout Routes) {
    routes.on("/", methods: [.get]) { _, _ in
      .html("Monarch", "<p>This is the web server of an MSN Messenger service. Nothing is to be done here by hand.</p>")
    }
    // Windows Live Messenger tests with it whether the port is open.
    routes.on("/", methods: [.post]) { _, _ in Response(status: .ok) }
  }
}

extension Response {
  /// A small page.
  static func html(_ title: String, _ body: String, status: HTTPResponse.Status = .ok) -> Response {
    let text =
      "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>\(title)</title></head><body><h1>\(title)</h1>"
      + "\(body)</body></html>\n"
    return Response(
      status: status, headers: [.contentType: "text/html; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
