import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Synchronization

/// What a request is answered with, whole: the front sends it with its length, never in chunks.
struct Answer: Sendable {
  var status: HTTPResponseStatus
  /// Names as they go out, letter by letter: clients compare them so.
  var headers: [(name: String, value: String)]
  var body: ByteBuffer

  /// A line for people.
  init(_ status: HTTPResponseStatus, _ text: String, headers: [(name: String, value: String)] = []) {
    self.status = status
    self.headers = [("Content-Type", "text/plain; charset=utf-8")] + headers
    body = ByteBuffer(string: text + "\n")
  }

  /// Collects a response, whose body may be written by a closure.
  init(_ response: Response) async throws {
    let collected = CollectedBody()
    try await response.body.write(collected)
    status = HTTPResponseStatus(
      statusCode: response.status.code, reasonPhrase: response.status.reasonPhrase)
    headers = response.headers.map { ($0.name.rawName, $0.value) }
    body = collected.bytes
  }
}

private final class CollectedBody: ResponseBodyWriter, Sendable {
  private let collected = Mutex(ByteBuffer())
  var bytes: ByteBuffer { collected.withLock { $0 } }

  func write(_ buffer: ByteBuffer) async throws {
    collected.withLock {
      var buffer = buffer
      $0.writeBuffer(&buffer)
    }
  }

  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
