import Hummingbird
import Logging
import NIOCore

/// What a handler knows of a request besides its header: the body, whole and within the endpoint's limit, and who asks.
struct WebContext: RequestContext {
  struct Source: RequestContextSource {
    let logger: Logger
    let body: ByteBuffer
    let client: ClientAddress
    let isSecure: Bool
  }

  var coreContext: CoreRequestContextStorage
  let body: ByteBuffer
  let client: ClientAddress
  /// Whether the client speaks TLS, to this server or to a proxy before it.
  let isSecure: Bool

  init(source: Source) {
    coreContext = CoreRequestContextStorage(source: source)
    body = source.body
    client = source.client
    isSecure = source.isSecure
  }
}
