import Logging
import MSNP
import NIOCore
import NIOEmbedded
import Testing

@testable import ServerKit

@Suite("A connection's hands")
struct LineConnectionTests {
  /// A connection on a channel without a network. The channel takes what is flushed unless it is made to be full.
  private final class Stage {
    let channel = EmbeddedChannel()
    let connection: LineConnection<EchoMachine>
    let effects: NIOLoopBoundBox<[EchoMachine.Effect]>

    init() throws {
      let effects = NIOLoopBoundBox<[EchoMachine.Effect]>([], eventLoop: channel.eventLoop)
      self.effects = effects
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      connection = LineConnection(EchoMachine(), logger: logger) { effect, _ in effects.value.append(effect) }
      try channel.pipeline.syncOperations.addHandler(connection)
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func says(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

    func written() throws -> String {
      channel.embeddedEventLoop.run()
      var all = ""
      while let bytes = try channel.readOutbound(as: ByteBuffer.self) { all += String(buffer: bytes) }
      return all
    }
  }

  @Test("commands are answered in order, however the bytes are cut")
  func order() throws {
    let stage = try Stage()
    for piece in ["PN", "G 1\r", "\nPNG 2\r\nPNG", " 3\r\n\r\nPNG 4\n"] { try stage.says(piece) }
    #expect(try stage.written() == "PNG 1\r\nPNG 2\r\nPNG 3\r\nPNG 4\r\n")
  }

  @Test("one command is in flight: the next waits for the answer")
  func oneInFlight() throws {
    let stage = try Stage()
    try stage.says("SYN 1\r\nPNG 2\r\n")
    #expect(try stage.written() == "")
    #expect(stage.effects.value == [.asked])
    stage.connection.deliver(.news("NLN\r\n"))
    #expect(try stage.written() == "NLN\r\n")
    stage.connection.answer(.answer("SYN 1 5\r\n"))
    #expect(try stage.written() == "SYN 1 5\r\nPNG 2\r\n")
  }

  @Test("what ends a connection comes after its last line, and its machine hears of the end at once, and once")
  func ending() throws {
    let stage = try Stage()
    try stage.says("PNG 1\r\nOUT\r\nPNG 2\r\n")
    #expect(stage.effects.value == [.closed])
    #expect(try stage.written() == "PNG 1\r\nOUT\r\n")
    stage.channel.embeddedEventLoop.advanceTime(by: .seconds(2))
    #expect(!stage.channel.isActive)
    #expect(stage.effects.value == [.closed])
  }

  @Test(
    "bad framing ends it without a word", arguments: ["png 1\r\n", "PING 1\r\n", "MSG 1 N 101\r\n", "MSG 1 N -1\r\n"])
  func framing(text: String) throws {
    let stage = try Stage()
    try stage.says(text)
    #expect(try stage.written() == "")
    #expect(stage.connection.isEnded)
  }

  @Test("a client that is silent too long is ended")
  func silence() throws {
    let stage = try Stage()
    stage.channel.embeddedEventLoop.advanceTime(by: .seconds(29))
    #expect(!stage.connection.isEnded)
    stage.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(stage.connection.isEnded)
  }

  @Test("a client that does not read is given up when others' bytes pile up, not before")
  func slowReader() throws {
    let stage = try Stage()
    stage.channel.isWritable = false
    let kilobyte = String(repeating: "x", count: 1024)
    for _ in 0..<192 { stage.connection.deliver(.news(kilobyte)) }
    #expect(!stage.connection.isEnded)
    stage.connection.deliver(.news(kilobyte))
    #expect(stage.connection.isEnded)
  }

  @Test("its own long answer is paced, and what others say meanwhile comes after it")
  func pacing() throws {
    let stage = try Stage()
    try stage.channel.pipeline.syncOperations.addHandler(Valve(), position: .first)
    try stage.says("LST 600000\r\nPNG 2\r\n")
    stage.connection.deliver(.news("NLN\r\n"))
    var all = try stage.written()
    #expect(all == String(repeating: "L", count: 16 * 1024))
    for _ in 0..<100 where all.count < 600_012 {
      stage.channel.isWritable = true
      stage.channel.pipeline.fireChannelWritabilityChanged()
      all += try stage.written()
    }
    #expect(all == String(repeating: "L", count: 600_000) + "NLN\r\nPNG 2\r\n")
    #expect(!stage.connection.isEnded)
  }

  /// A channel that is full after each write.
  private final class Valve: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      context.write(data, promise: promise)
      (context.channel as? EmbeddedChannel)?.isWritable = false
    }
  }

  @Test("a relayed message that is never written fails for its sender")
  func lostDelivery() throws {
    let stage = try Stage()
    stage.channel.isWritable = false
    let written = stage.channel.eventLoop.makePromise(of: Void.self)
    stage.connection.relay(ByteBuffer(string: "MSG\r\n"), written: written)
    try stage.channel.close().wait()
    #expect(throws: ChannelError.self) { try written.futureResult.wait() }
    let late = stage.channel.eventLoop.makePromise(of: Void.self)
    stage.connection.relay(ByteBuffer(string: "MSG\r\n"), written: late)
    #expect(throws: ChannelError.self) { try late.futureResult.wait() }
  }
}
