import Logging
import MSNP
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import ServerKit

@Suite("One port for several roles")
struct RoleSelectorTests {
  private final class Chosen: Sendable {
    private let verb = Mutex<Verb?>(nil)
    func put(_ value: Verb) { verb.withLock { $0 = value } }
    var value: Verb? { verb.withLock { $0 } }
  }

  private func selector(_ chosen: Chosen) -> RoleSelector {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return RoleSelector(logger: logger) { verb in
      chosen.put(verb)
      guard verb == .VER else { return nil }
      return LineConnection(EchoMachine(), logger: logger) { _, _ in }
    }
  }

  @Test("the role gets the first line whole, however it was cut, and all that follows")
  func handover() throws {
    let chosen = Chosen()
    let channel = EmbeddedChannel(handler: selector(chosen))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    for piece in ["\r\n", "V", "ER", " 1\r\nPNG 2\r\n", "PNG 3\r\n"] {
      try channel.writeInbound(ByteBuffer(string: piece))
    }
    channel.embeddedEventLoop.run()
    var all = ""
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) { all += String(buffer: bytes) }
    #expect(chosen.value == .VER)
    #expect(all == "VER 1\r\nPNG 2\r\nPNG 3\r\n")
  }

  @Test("a first command of no role is closed", arguments: ["PNG\r\n", "GET / HTTP/1.0\r\n", "ver 1\r\n"])
  func refusal(text: String) throws {
    let channel = EmbeddedChannel(handler: selector(Chosen()))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try channel.writeInbound(ByteBuffer(string: text))
    #expect(!channel.isActive)
  }

  @Test("half a minute without a word is enough")
  func silence() throws {
    let channel = EmbeddedChannel(handler: selector(Chosen()))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    channel.embeddedEventLoop.advanceTime(by: .seconds(30))
    #expect(!channel.isActive)
  }
}
