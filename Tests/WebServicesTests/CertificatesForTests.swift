import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import TestKit

@testable import WebServices

/// A folder with what `monarch certificates new` makes; gone with the last reference.
final class CertificatesForTests: Sendable {
  let path = FileManager.default.temporaryDirectory.path + "/monarch-tls-\(UUID().uuidString.prefix(8))"

  init() throws { try MonarchProgram.run(["certificates", "new", path]) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var root: String { path + "/ca.pem" }

  func files(_ age: TLSAge) -> CertificateFiles {
    let name = age == .modern ? "server" : "server-old"
    return CertificateFiles(certificate: "\(path)/\(name).pem", key: "\(path)/\(name).key")
  }

  func renew() throws { try MonarchProgram.run(["certificates", "renew", path]) }

  /// Puts other text into a file that is there.
  func write(_ name: String, _ text: String) throws {
    let file = try FileHandle(forWritingTo: URL(filePath: "\(path)/\(name)"))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }
}

/// Answers every request with `hello`.
final class Greeter: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .end = unwrapInboundIn(data) else { return }
    let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "5"])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "hello")))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}

/// First messages of TLS by hand.
enum FirstMessage {
  /// A ClientHello of version 3.`minor` that offers one suite.
  static func clientHello(minor: UInt8, suite: [UInt8]) -> [UInt8] {
    let body: [UInt8] = [3, minor] + [UInt8](repeating: 9, count: 32) + [0, 0, 2] + suite + [1, 0]
    let message: [UInt8] = [1, 0, 0, UInt8(body.count)] + body
    return [0x16, 3, minor, 0, UInt8(message.count)] + message
  }
}

/// What a server sends first, to its close if it sends nothing.
enum FirstAnswer {
  /// The first bytes after these were sent; none when the server closes without a word.
  static func bytes(_ port: Int, on group: any EventLoopGroup, sending bytes: [UInt8]) async throws -> [UInt8] {
    let promise = group.next().makePromise(of: ByteBuffer.self)
    let channel = try await connect(port, on: group) { _ in
    } reading: {
      promise.succeed($0)
    }
    if !bytes.isEmpty { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }
    let answer = try await promise.futureResult.get()
    channel.close(promise: nil)
    return Array(answer.readableBytesView)
  }

  /// The first text after a request through TLS.
  ///
  /// - Parameter delay: how long to wait with the request once the handshake is over.
  static func of(
    _ port: Int, on group: any EventLoopGroup, through tls: NIOSSLContext, as host: String,
    asking delay: TimeAmount = .zero
  ) async throws -> String {
    let promise = group.next().makePromise(of: ByteBuffer.self)
    let channel = try await connect(port, on: group) { channel in
      try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: host))
    } reading: {
      promise.succeed($0)
    }
    try await channel.writeAndFlush(ByteBuffer(string: "GET / HTTP/1.1\r\n"))
    try await channel.eventLoop.scheduleTask(in: delay) {}.futureResult.get()
    try await channel.writeAndFlush(ByteBuffer(string: "Host: \(host)\r\n\r\n"))
    let answer = try await promise.futureResult.get()
    channel.close(promise: nil)
    return String(buffer: answer)
  }

  private static func connect(
    _ port: Int, on group: any EventLoopGroup, prepare: @escaping @Sendable (any Channel) throws -> Void,
    reading: @escaping @Sendable (ByteBuffer) -> Void
  ) async throws -> any Channel {
    try await ClientBootstrap(group: group).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try prepare(channel)
        try channel.pipeline.syncOperations.addHandler(Reader(reading))
      }
    }.connect(host: "127.0.0.1", port: port).get()
  }

  private final class Reader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let reading: @Sendable (ByteBuffer) -> Void

    init(_ reading: @escaping @Sendable (ByteBuffer) -> Void) { self.reading = reading }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { reading(unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { reading(ByteBuffer()) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
