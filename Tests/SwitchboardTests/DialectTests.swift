import MSNP
import NIOCore
import NIOEmbedded
import Testing

@testable import Switchboard

@Suite("Conversations of people with different dialects")
struct DialectTests {
  private let stage = SwitchboardStage()
  static let spoken = Dialect.allCases.filter { $0 <= .msnp12 }

  @Test("clients of MSNP12 are told what others can do, of callers and callees; older ones are not", arguments: spoken)
  func introductions(dialect: Dialect) async throws {
    let alice = try await stage.alice(dialect)
    func tail(_ receiver: Dialect, _ capabilities: String) -> String {
      receiver == .msnp12 ? " \(capabilities)" : ""
    }
    let bob = try await stage.joins("bob", .msnp12, by: alice)
    #expect(
      try await stage.heard(bob) == "IRO 1 1 1 alice@example.com Alice 1342554172\r\nANS 1 OK\r\n")
    #expect(try await stage.heard(alice) == "JOI bob@example.com Bob\(tail(dialect, "24"))\r\n")
    let carol = try await stage.joins("carol", dialect, by: alice)
    #expect(
      try await stage.heard(carol)
        == "IRO 1 1 2 alice@example.com Alice\(tail(dialect, "1342554172"))\r\n"
        + "IRO 1 2 2 bob@example.com Bob\(tail(dialect, "24"))\r\nANS 1 OK\r\n")
    #expect(try await stage.heard(alice) == "JOI carol@example.com Carol\(tail(dialect, "0"))\r\n")
    #expect(try await stage.heard(bob) == "JOI carol@example.com Carol 0\r\n")
    try await stage.says(carol, "OUT\r\n")
    #expect(try await stage.heard(bob) == "BYE carol@example.com\r\n")
  }

  @Test("who cannot be reached for whatever reason is 217 in every dialect", arguments: spoken)
  func unreachable(dialect: Dialect) async throws {
    let alice = try await stage.alice(dialect)
    try await stage.says(alice, "CAL 2 dave@example.com\r\n")
    await stage.loop.advanceTime(to: .now() + .milliseconds(25))
    #expect(try await stage.heard(alice) == "217 2\r\n")
  }

  /// The reference's table of acknowledgements (switchboard reference, section 5).
  @Test("each letter tells the sender what it says, and MSNP8 has no D", arguments: spoken)
  func letters(dialect: Dialect) async throws {
    let alice = try await stage.alice(dialect)
    let letters: [(letter: String, success: String, failure: String)] = [
      ("U", "", ""), ("N", "", "NAK 7\r\n"), ("A", "ACK 7\r\n", "NAK 7\r\n"), ("S", "ACK 7\r\n", ""),
      ("D", "ACK 7\r\n", "NAK 7\r\n"),
    ]
    let known = letters.filter { $0.letter != "D" || dialect >= .msnp9 }
    for letter in known {
      try await stage.says(alice, "MSG 7 \(letter.letter) 3\r\nhi!")
      #expect(try await stage.heard(alice) == letter.failure, "\(letter.letter) to nobody")
    }
    let bob = try await stage.joins("bob", .msnp2, by: alice)
    _ = try await stage.heard(alice)
    _ = try await stage.heard(bob)
    for letter in known {
      try await stage.says(alice, "MSG 7 \(letter.letter) 3\r\nhi!")
      #expect(try await stage.heard(bob) == "MSG alice@example.com Alice 3\r\nhi!")
      #expect(try await stage.heard(alice) == letter.success, "\(letter.letter) to bob")
    }
    guard known.count < letters.count else { return }
    try await stage.says(alice, "MSG 7 D 3\r\nhi!")
    #expect(try await stage.heard(bob) == "BYE alice@example.com\r\n")
    #expect(!alice.isActive)
  }

  /// A header and a body of every byte, as the peer-to-peer layer sends, whose lengths are no text.
  private static func peerToPeer(_ body: [UInt8]) -> [UInt8] {
    Array(
      "MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\nP2P-Dest: bob@example.com\r\n\r\n".utf8) + body
  }

  static let payloads: [[UInt8]] = [
    peerToPeer((0..<1202).map { UInt8($0 & 0xff) } + [0, 0, 0, 1]), peerToPeer([0x0d, 0x0a, 0x0a, 0xff, 0x00]),
    // A nudge, as the reference has it: 69 bytes.
    Array("MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n\r\n".utf8),
    Array(
      "MIME-Version: 1.0\r\nContent-Type: text/x-mms-emoticon\r\n\r\n:)\t<msnobj Creator=\"a\" Type=\"2\"/>\t".utf8),
    Array(
      ("MIME-Version: 1.0\r\nContent-Type: application/x-ms-ink\r\nMessage-ID: {7A1F}\r\nChunks: 2\r\n\r\n"
        + "base64:AOQdAxdIEUVkGyQ").utf8),
    Array("MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nRecordingUser: a@example.com\r\n\r\n\r\n".utf8),
    [],
  ]

  @Test("data goes from each dialect that has it to each other one as it came", arguments: payloads.indices)
  func data(index: Int) async throws {
    let payload = Self.payloads[index]
    for (from, to) in [(Dialect.msnp9, Dialect.msnp8), (.msnp12, .msnp11), (.msnp10, .msnp12), (.msnp11, .msnp7)] {
      let stage = SwitchboardStage()
      let alice = try await stage.alice(from)
      let bob = try await stage.joins("bob", to, by: alice)
      _ = try await stage.heard(alice)
      _ = try await stage.heard(bob)
      var message = ByteBuffer(string: "MSG 7 D \(payload.count)\r\n")
      message.writeBytes(payload)
      try await stage.says(alice, message)
      let relayed = Array("MSG alice@example.com Alice \(payload.count)\r\n".utf8) + payload
      #expect(Array(try await stage.told(bob).readableBytesView) == relayed)
      #expect(try await stage.heard(alice) == "ACK 7\r\n")
    }
  }

  @Test("a line and its payload leave in one piece, which some clients insist on")
  func onePiece() async throws {
    let alice = try await stage.alice(.msnp9)
    let bob = try await stage.joins("bob", .msnp8, by: alice)
    _ = try await stage.heard(bob)
    let payload = Self.payloads[0]
    var message = ByteBuffer(string: "MSG 7 D \(payload.count)\r\n")
    message.writeBytes(payload)
    try await stage.says(alice, message)
    let piece = try #require(try await bob.readOutbound(as: ByteBuffer.self))
    #expect(piece.readableBytes == "MSG alice@example.com Alice \(payload.count)\r\n".utf8.count + payload.count)
  }
}
