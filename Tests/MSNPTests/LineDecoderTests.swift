import NIOCore
import Testing

@testable import MSNP

@Suite struct LineDecoderTests {
  /// Test vectors, section 10, as far as the decoder decides.
  @Test(arguments: [
    ("VER 1 MSNP9 CVR0\n", "VER 1 MSNP9 CVR0"),
    ("VER  1  MSNP9\r\n", "VER 1 MSNP9"),
    ("VER\t1 \t MSNP9 \r\n", "VER 1 MSNP9"),
    ("  VER 1 MSNP9\r\n", "VER 1 MSNP9"),
    ("CVQ 1 0x0409 win 4.10 i386 MSMSGS 3.0.0283  \r\n", "CVQ 1 0x0409 win 4.10 i386 MSMSGS 3.0.0283"),
    ("FOO 9\r\n", "FOO 9"),
    ("PNG\r\n", "PNG"),
    ("MSG 1 N 0\r\n", "MSG 1 N 0|"),
    ("MSG 1 n 3\r\nhi!", "MSG 1 n 3|hi!"),
    ("MSG 1 N 3\nhi!", "MSG 1 N 3|hi!"),
    ("MSG 1 N 0003\r\nhi!", "MSG 1 N 0003|hi!"),
    ("MSG 1 N 4\r\n\r\n\r\n", "MSG 1 N 4|\r\n\r\n"),
    ("\r\n\r\n \t \r\n\nPNG\r\n", "PNG"),
    ("A bare CR\rPNG\r\n", nil),
    ("CR\r 1\r\n", nil),
  ])
  func accepts(_ text: String, _ command: String?) {
    let decoded = Decoded(.switchboard(), text)
    if let command {
      #expect(decoded.commands == [command])
      #expect(decoded.failure == nil)
    } else {
      #expect(decoded.commands == [])
      #expect(decoded.failure == .verb)
    }
  }

  @Test(arguments: [
    ("ver 1 MSNP9\r\n", FramingError.verb),
    ("VE 1\r\n", .verb),
    ("VERS 1\r\n", .verb),
    ("\u{16}\u{3}\u{1}\r\n", .verb),
    ("ÄÖÜ 1\r\n", .verb),
    ("MSG 1 N 1665\r\n", .payloadTooLong(.MSG, limit: 1664)),
    ("MSG 1 N 999999999\r\n", .payloadTooLong(.MSG, limit: 1664)),
    ("MSG 1 N 99999999999999999999\r\n", .payloadTooLong(.MSG, limit: 1664)),
    ("MSG 1 N 4294967296\r\n", .payloadTooLong(.MSG, limit: 1664)),
    ("MSG 1 N -1\r\n", .payloadLength),
    ("MSG 1 N +3\r\n", .payloadLength),
    ("MSG 1 N 3x\r\n", .payloadLength),
    ("MSG 1 N 0x3\r\n", .payloadLength),
    ("MSG 1 N ٣\r\n", .payloadLength),
    ("MSG\r\n", .payloadLength),
  ])
  func refuses(_ text: String, _ failure: FramingError) {
    let decoded = Decoded(.switchboard(), text)
    #expect(decoded.commands == [])
    #expect(decoded.failure == failure)
  }

  /// `GET` has the shape of a verb, and no role knows it; its header lines have not.
  @Test func aWebBrowserDoesNotGetFar() {
    let decoded = Decoded(.dispatch, "GET / HTTP/1.0\r\nHost: example.com\r\n\r\n")
    #expect(decoded.commands == ["GET / HTTP/1.0"])
    #expect(decoded.failure == .verb)
  }

  @Test func messagesOfTheLimitPass() {
    let payload = String(repeating: "x", count: 1664)
    #expect(Decoded(.switchboard(), "MSG 1 N 1664\r\n" + payload).commands == ["MSG 1 N 1664|" + payload])
  }

  @Test func theLimitOfMessagesIsConfigurable() {
    #expect(Decoded(.switchboard(maximumMessage: 2), "MSG 1 N 3\r\nhi!").failure == .payloadTooLong(.MSG, limit: 2))
  }

  /// `MSG` is illegal to a notification server, which must not read its payload: the next line is refused instead.
  @Test func aNotificationServerReadsNoMessage() {
    let decoded = Decoded(.notification, "MSG 1 N 3\r\nhi!\r\n")
    #expect(decoded.commands == ["MSG 1 N 3"])
    #expect(decoded.failure == .verb)
  }

  @Test(arguments: ["\r\n", "\n"])
  func aLineOfTheLimitPassesAndOneByteMoreDoesNot(_ lineEnd: String) {
    let longest = "FND 1 " + String(repeating: "x", count: 8192 - 6)
    #expect(Decoded(.notification, longest + lineEnd).commands == [longest])
    #expect(Decoded(.notification, longest + "x" + lineEnd).failure == .lineTooLong(limit: 8192))
  }

  /// Promise S4: no more than the limit is ever held of a line that does not end.
  @Test func fourMebibytesWithoutALineFeedAreRefusedEarly() {
    var decoder = LineDecoder(.notification)
    var most = 0
    var fed = 0
    var failure: FramingError?
    while failure == nil, fed < 4 << 20 {
      var piece = ByteBuffer(repeating: UInt8(ascii: "A"), count: 1024)
      decoder.append(&piece)
      fed += 1024
      do { #expect(try decoder.next() == nil) } catch { failure = error }
      most = max(most, decoder.bufferedBytes)
    }
    #expect(failure == .lineTooLong(limit: 8192))
    #expect(most <= 8192 + 1024)
  }

  /// Promise S4: a claimed length reserves nothing.
  @Test func aClaimedLengthIsNotAllocated() throws {
    var decoder = LineDecoder(Framing(payloads: [.MSG: 1 << 30]))
    var line = ByteBuffer(string: "MSG 1 N 999999999\r\n")
    decoder.append(&line)
    #expect(try decoder.next() == nil)
    var beginning = ByteBuffer(string: "hi!")
    decoder.append(&beginning)
    #expect(try decoder.next() == nil)
    #expect(decoder.bufferedBytes == 3)
    #expect(decoder.heldBytes <= 4096)
  }

  @Test func tenThousandArgumentsAreRefused() {
    let line = "ADD 1" + String(repeating: " x", count: 10_000) + "\r\n"
    #expect(Decoded(.notification, line).failure == .lineTooLong(limit: 8192))
  }

  @Test func surplusArgumentsAreIgnored() throws {
    let line = "ADD" + String(repeating: " x", count: 4000) + "\r\n"
    let decoded = Decoded(.notification, line)
    #expect(decoded.failure == nil)
    #expect(decoded.commands == ["ADD" + String(repeating: " x", count: Line.maximumArguments)])
  }

  @Test func blankLinesLeaveNothingBehind() throws {
    var decoder = LineDecoder(.notification)
    for _ in 0..<1000 {
      var piece = ByteBuffer(string: String(repeating: "\r\n", count: 1000))
      decoder.append(&piece)
      #expect(try decoder.next() == nil)
      #expect(decoder.bufferedBytes == 0)
    }
  }

  /// Pieces that always end inside a line: what was read must not be kept.
  @Test func aStreamThatNeverPausesKeepsNoHistory() throws {
    var decoder = LineDecoder(.notification)
    var most = 0
    var commands = 0
    for _ in 0..<10_000 {
      var piece = ByteBuffer(string: "G\r\nPNG\r\nPN")
      if commands == 0 { piece = ByteBuffer(string: "PNG\r\nPN") }
      decoder.append(&piece)
      while try decoder.next() != nil { commands += 1 }
      most = max(most, decoder.heldBytes)
    }
    #expect(commands == 19_999)
    #expect(most <= 4096)
  }

  @Test func anIdleConnectionHoldsNothing() throws {
    var decoder = LineDecoder(.switchboard())
    var piece = ByteBuffer(string: "PNG\r\nMSG 1 N 3\r\nhi!")
    decoder.append(&piece)
    #expect(try decoder.next()?.verb == .PNG)
    #expect(try decoder.next()?.verb == .MSG)
    #expect(try decoder.next() == nil)
    #expect(decoder.heldBytes == 0)
  }

  @Test(arguments: [
    (FramingError.lineTooLong(limit: 8192), "a line longer than 8192 bytes"),
    (.verb, "a line that does not begin with a command of three capital letters"),
    (.payloadLength, "a payload command without a payload length"),
    (.payloadTooLong(.MSG, limit: 1664), "a payload of MSG longer than 1664 bytes"),
  ])
  func refusalsExplainThemselves(_ failure: FramingError, _ text: String) { #expect("\(failure)" == text) }
}
