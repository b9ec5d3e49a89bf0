import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// The one style sheet, which old browsers read as far as they understand it.
enum StyleSheet {
  static func add(to routes: inout Routes) {
    let bytes = ByteBuffer(bytes: PackageResources.style_css)
    routes.on("/style.css", methods: [.get]) { _, _ in
      Response(
        status: .ok,
        headers: [.contentType: "text/css", .cacheControl: "max-age=3600", .xContentTypeOptions: "nosniff"],
        body: ResponseBody(byteBuffer: bytes))
    }
  }
}
