import Logging
import MSNP
import NIOCore
import NIOEmbedded
import Testing

@testable import ServerKit

@Suite("A web node's preface at the beginning of a connection")
struct PrefaceTests {
  private let limit = AddressLimit(maximum: 2, onTrial: 1)
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private let preface = "GWY good\r\n"

  private struct Seat {
    let channel: EmbeddedChannel
    let connection: LineConnection<EchoMachine>

    func send(_ pieces: String...) throws {
      for piece in pieces where channel.isActive { try channel.writeInbound(ByteBuffer(string: piece)) }
      channel.embeddedEventLoop.run()
    }

    func hangUp() throws {
      try channel.close().wait()
      channel.embeddedEventLoop.run()
    }

    func heard() throws -> String {
      var all = ""
      while let bytes = try channel.readOutbound(as: ByteBuffer.self) { all += String(buffer: bytes) }
      return all
    }
  }

  /// A connection from an address, as ``Listener`` sets it up; nil when the limit refuses it.
  private func seat(from address: String = "192.0.2.40") throws -> Seat? {
    let channel = EmbeddedChannel()
    channel.remoteAddress = try SocketAddress(ipAddress: address, port: 40_000)
    guard let place = limit.admit(channel, trial: true) else { return nil }
    let connection = LineConnection(EchoMachine(), logger: logger) { _, _ in }
    let handler = PrefaceHandler(place, logger: logger) { text in
      guard text == "good" || text.hasPrefix("for ") else { return .refused("a bad preface") }
      let client = text == "good" ? "203.0.113.9" : String(text.dropFirst(4))
      return (try? SocketAddress(ipAddress: client, port: 0)).map(PrefaceVerdict.client) ?? .refused("no address")
    }
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.pipeline.syncOperations.addHandler(connection)
    try channel.connect(to: SocketAddress(ipAddress: "192.0.2.20", port: 1863)).wait()
    channel.remoteAddress = try SocketAddress(ipAddress: address, port: 40_000)
    return Seat(channel: channel, connection: connection)
  }

  @Test("the line is gone before the role sees a byte, however the stream is cut")
  func everySplit() throws {
    let all = Array((preface + "VER 1\r\nPNG 2\r\n").utf8)
    for cut in 0...all.count {
      for second in [all.count, min(cut + 1, all.count)] {
        let seat = try #require(try seat(from: "127.0.0.1"))
        for piece in [all[..<cut], all[cut..<second], all[second...]] where !piece.isEmpty {
          try seat.channel.writeInbound(ByteBuffer(bytes: piece))
        }
        seat.channel.embeddedEventLoop.run()
        #expect(try seat.heard() == "VER 1\r\nPNG 2\r\n", "cut at \(cut) and \(second)")
        #expect(seat.connection.isThroughGateway)
        try seat.hangUp()
      }
    }
  }

  @Test("a client that sends none loses nothing", arguments: ["VER 1\r\n", "GAT 1\r\n", "GWX 1\r\n", "GWY\t1\r\n"])
  func plain(text: String) throws {
    let seat = try #require(try seat())
    for byte in text.utf8 { try seat.channel.writeInbound(ByteBuffer(bytes: [byte])) }
    try seat.send("PNG 2\r\n")
    #expect(try seat.heard().hasSuffix("1\r\nPNG 2\r\n"))
    #expect(!seat.connection.isThroughGateway)
    #expect(seat.connection.clientAddress?.ipAddress == "192.0.2.40")
  }

  @Test("afterwards the connection's address is the client's")
  func address() throws {
    let seat = try #require(try seat())
    #expect(seat.connection.clientAddress?.ipAddress == "192.0.2.40")
    try seat.send(preface)
    #expect(seat.connection.clientAddress?.ipAddress == "203.0.113.9")
    #expect(seat.connection.clientAddress?.port == 0)
  }

  @Test(
    "a wrong one ends the connection, and its bytes reach nobody",
    arguments: [
      "GWY bad\r\nPNG 1\r\n", "GWY good\nPNG 1\r\n", "GWY \r\nPNG 1\r\n", "GWY  good\r\nPNG 1\r\n",
      "GWY \(String(repeating: "x", count: 200))",
    ])
  func wrong(text: String) throws {
    let seat = try #require(try seat())
    try seat.send(text, "PNG 2\r\n")
    #expect(!seat.channel.isActive)
    #expect(try seat.heard() == "")
  }

  @Test("only the first line is one: later it is a command like any other")
  func second() throws {
    let seat = try #require(try seat())
    try seat.send(preface, preface)
    #expect(try seat.heard() == preface)
    #expect(seat.connection.clientAddress?.ipAddress == "203.0.113.9")
  }

  @Test("a web node's connections are counted as its clients'")
  func counting() throws {
    var seats: [Seat] = []
    for client in 0..<6 {
      let seat = try #require(try seat(), "client \(client)")
      try seat.send("GWY for 203.0.113.\(client / 2)\r\n")
      #expect(seat.channel.isActive)
      seats.append(seat)
    }
    let third = try #require(try seat())
    try third.send("GWY for 203.0.113.0\r\n")
    #expect(!third.channel.isActive)
    // Once one of the two is gone there is room again.
    try seats[0].hangUp()
    let fourth = try #require(try seat())
    try fourth.send("GWY for 203.0.113.0\r\n")
    #expect(fourth.channel.isActive)
  }

  @Test("an address that is full may still be a web node's: it has a moment to say so")
  func trial() throws {
    let clients = try (0..<2).map { _ in try #require(try seat()) }
    for client in clients { try client.send("VER 1\r\n") }
    let onTrial = try #require(try seat())
    #expect(try seat() == nil)
    try onTrial.send("GWY for 203.0.113.1\r\n", "VER 1\r\n")
    #expect(try onTrial.heard() == "VER 1\r\n")

    let plain = try #require(try seat())
    try plain.send("VER 1\r\n")
    #expect(!plain.channel.isActive)
    #expect(try plain.heard() == "")

    let silent = try #require(try seat())
    silent.channel.embeddedEventLoop.advanceTime(by: .seconds(5))
    #expect(!silent.channel.isActive)
    #expect(clients.allSatisfy { $0.channel.isActive })
  }

  @Test("nobody is on trial where no preface is taken")
  func noTrial() throws {
    let channels = try (0..<3).map { _ in
      let channel = EmbeddedChannel()
      channel.remoteAddress = try SocketAddress(ipAddress: "192.0.2.40", port: 1)
      return channel
    }
    #expect(channels.map { limit.admit($0) != nil } == [true, true, false])
  }

  @Test("behind one port for several roles the role still learns of the client")
  func selector() throws {
    let channel = EmbeddedChannel()
    let place = try #require(limit.admit(channel, trial: true))
    let connection = LineConnection(EchoMachine(), logger: logger) { _, _ in }
    let box = NIOLoopBound(connection, eventLoop: channel.eventLoop)
    let handler = PrefaceHandler(place, logger: logger) { _ in
      (try? SocketAddress(ipAddress: "203.0.113.9", port: 0)).map(PrefaceVerdict.client) ?? .refused("no address")
    }
    try channel.pipeline.syncOperations.addHandler(handler)
    try channel.pipeline.syncOperations.addHandler(RoleSelector(logger: logger) { _ in box.value })
    try channel.connect(to: SocketAddress(ipAddress: "192.0.2.20", port: 1863)).wait()
    for piece in ["GWY go", "od\r\nV", "ER 1\r\nPNG 2\r\n"] { try channel.writeInbound(ByteBuffer(string: piece)) }
    channel.embeddedEventLoop.run()
    #expect(connection.clientAddress?.ipAddress == "203.0.113.9")
    #expect(try Seat(channel: channel, connection: connection).heard() == "VER 1\r\nPNG 2\r\n")
  }
}
