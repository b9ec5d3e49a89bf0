import Foundation

/// One connection to the socket of a running server: a request, its answer, the next. Calls block.
final class SocketExchange: Sendable {
  private let descriptor: Int32

  /// Connects; nil when no server listens there.
  init?(path: String) throws(AdministrationFailure) {
    guard let descriptor = try UnixSocket.connected(to: path) else { return nil }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// One call at a time.
  func ask(_ request: AdministrationRequest) throws -> AdministrationReply {
    try write(try JSONEncoder().encode(request) + [UInt8(ascii: "\n")])
    return try JSONDecoder().decode(AdministrationReply.self, from: try readLine())
  }

  private func write(_ bytes: Data) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw gone }
      rest = rest.dropFirst(count)
    }
  }

  /// Reads one answer. Nothing can follow it, since only one question is open at a time.
  private func readLine() throws -> Data {
    var answer = Data()
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while answer.last != UInt8(ascii: "\n") {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw gone }
      answer.append(contentsOf: chunk[..<count])
    }
    return answer
  }

  private var gone: AdministrationFailure {
    AdministrationFailure("the server stopped before it answered: see what is done with 'monarch user list'")
  }
}
