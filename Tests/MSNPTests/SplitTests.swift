import NIOCore
import Testing

@testable import MSNP

/// Any split of the bytes gives the same commands (promise S1; test vectors, section 10).
@Suite struct SplitTests {
  @Test(arguments: ReferenceSessions.all)
  func wholeSessionsHoldTheirCommands(_ session: ReferenceSessions.Session) {
    let decoded = Decoded(session.framing, session.stream)
    #expect(decoded.failure == nil)
    #expect(decoded.commands.count == session.commands)
  }

  @Test(arguments: ReferenceSessions.all)
  func everyCutGivesTheSameCommands(_ session: ReferenceSessions.Session) {
    let whole = Decoded(session.framing, session.stream)
    let bytes = ByteBuffer(string: session.stream)
    for cut in 1..<bytes.readableBytes {
      #expect(Decoded(session.framing, pieces(of: bytes, ends: [cut])) == whole, "cut at \(cut)")
    }
    let single = pieces(of: bytes, ends: Array(1..<bytes.readableBytes))
    #expect(Decoded(session.framing, single) == whole, "byte by byte")
  }

  /// Lines, payloads, blank lines, bare line feeds, tabs, and at times something refused.
  @Test(arguments: 0..<50 as Range<UInt64>)
  func randomSplitsGiveTheSameCommands(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let framing = Framing(maximumLine: 64, payloads: [.MSG: 100, .QRY: 32])
    let stream = randomStream(&random)
    let whole = Decoded(framing, [stream])
    for _ in 0..<2000 {
      let count = Int.random(in: 1...6, using: &random)
      let ends = (0..<count).map { _ in Int.random(in: 0...stream.readableBytes, using: &random) }.sorted()
      let decoded = Decoded(framing, pieces(of: stream, ends: ends))
      guard decoded == whole else {
        Issue.record("seed \(seed), cut at \(ends): \(decoded) instead of \(whole)")
        return
      }
    }
  }

  private func randomStream(_ random: inout SeededGenerator) -> ByteBuffer {
    var stream = ByteBuffer()
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      switch Int.random(in: 0...9, using: &random) {
      case 0: stream.writeString("\r\n\n \t\r\n")
      case 1: stream.writeString("PNG\n")
      case 2: stream.writeString("VER \t 1  MSNP7 CVR0 \r\n")
      case 3...5:
        let length = Int.random(in: 0...40, using: &random)
        stream.writeString("MSG 1 N \(length)\r\n")
        for _ in 0..<length { stream.writeInteger([0x0a, 0x0d, 0x41, 0xff].randomElement(using: &random) ?? 0) }
      case 6: stream.writeString("QRY 2 msmsgs@msnmsgr.com 32\r\n8f2f5a91b72102cd28355e9fc9000d6e")
      case 7: stream.writeString("CHG 3 NLN\r\n")
      case 8: stream.writeString(["MSG 1 N 101\r\n", "ver 1\r\n", "QRY 1 x\r\n"].randomElement(using: &random) ?? "")
      default:
        stream.writeString(
          "REA 4 a@b.c " + String(repeating: "x", count: Int.random(in: 40...60, using: &random)) + "\r\n")
      }
    }
    return stream
  }

  private func pieces(of bytes: ByteBuffer, ends: [Int]) -> [ByteBuffer] {
    var rest = bytes
    var start = 0
    var pieces: [ByteBuffer] = []
    for end in ends + [bytes.readableBytes] {
      if let piece = rest.readSlice(length: end - start) { pieces.append(piece) }
      start = end
    }
    return pieces
  }
}

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &+ 0x9e37_79b9_7f4a_7c15 }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
