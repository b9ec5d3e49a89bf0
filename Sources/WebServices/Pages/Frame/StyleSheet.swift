import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// The one style sheet, which old browsers read as far as they understand it.
struct StyleSheet {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    let bytes = ByteBuffer(bytes: frame.templates.styleSheet)
    routes.on("/style.css", methods: [.get]) { _, _ in
      Response(
        status: .ok,
        headers: [.contentType: "text/css", .cacheControl: "max-age=3600", .xContentTypeOptions: "nosniff"],
        body: ResponseBody(byteBuffer: bytes))
    }
  }
}
