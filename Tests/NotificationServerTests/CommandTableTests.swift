import MSNP
import NIOCore
import Roster
import ServerKit
import Testing

@testable import NotificationServer

@Suite("Which command is legal when")
struct CommandTableTests {
  /// The reference's table of availability (wire, section 9), as far as clients send the command and this server
  /// speaks the dialect: first and last dialect of each.
  static let availability: [(String, ClosedRange<UInt8>)] = [
    ("ADC", 10...12), ("ADD", 2...9), ("ADG", 7...12), ("BLP", 2...12), ("CHG", 2...12), ("CHL", 6...12),
    ("FND", 2...12), ("GCF", 11...12), ("GSB", 11...12), ("GTC", 2...12), ("IMS", 3...12), ("LKP", 12...12),
    ("LSG", 7...9), ("LST", 2...9), ("PGD", 9...12), ("PRP", 5...12), ("QRY", 6...12), ("REA", 2...9), ("REG", 7...12),
    ("REM", 2...12), ("RMG", 7...12), ("SBP", 10...12), ("SDC", 5...12), ("SND", 2...12), ("SYN", 2...12),
    ("URL", 2...12), ("XFR", 2...12),
    // From MSNP9 it is known, to be refused with 715.
    ("PAG", 5...12),
  ]

  @Test("a command of another dialect is a violation", arguments: availability)
  func dialects(verb: String, range: ClosedRange<UInt8>) throws {
    for dialect in Dialect.allCases where Dialect.spoken.contains(dialect) {
      let line = try Line(splitting: ByteBuffer(string: "\(verb) 1 a b c d e f g h"))
      let isKnown = (try? CommandTable.standard.command(for: line, phase: .signedIn, dialect: dialect)) != nil
      #expect(isKnown == range.contains(dialect.rawValue), "\(verb) in \(dialect.name)")
    }
  }

  @Test(
    "what only servers send, and what nobody sends, is a violation",
    arguments: [
      "ACK", "NAK", "BYE", "FLN", "ILN", "NLN", "JOI", "IRO", "RNG", "BPR", "NOT", "IPG", "UBX", "QNG", "MSG", "SBS",
      "FOO",
    ])
  func illegal(verb: String) throws {
    var stage = try Stage.signedIn(.msnp7)
    let step = try stage.says("\(verb) 9 N 5")
    #expect(step.lines.isEmpty)
    #expect(step.ending == .violation("sent \(verb), which is no command here"))
  }

  @Test(
    "nothing but signing in is legal before it",
    arguments: ["SYN 3 0", "CHG 3 NLN", "PNG", "ADD 3 FL a@b.c a", "XFR 3 SB"])
  func tooEarly(text: String) throws {
    var stage = Stage()
    _ = try stage.says("VER 1 MSNP7 CVR0")
    let step = try stage.says(text)
    #expect(step.lines.isEmpty && step.effects.isEmpty)
    #expect(step.ending != nil)
  }

  @Test(
    "a transaction ID that is missing or no number closes", arguments: ["CHG NLN", "CHG -1 NLN", "CHG 4294967296 NLN"])
  func transactionIDs(text: String) throws {
    var stage = try Stage.signedIn(.msnp2)
    #expect(try stage.says(text).ending != nil)
  }

  @Test("names are changed five times at once, then one in ten seconds; then 800")
  func renameBudget() throws {
    var stage = try Stage.signedIn(.msnp2)
    for index in 0..<5 {
      #expect(try stage.says("REA \(index) alice@example.com A\(index)").waits)
      _ = stage.hears(.answer(.changed(.init(version: ListVersion(300), result: .done))))
    }
    #expect(try stage.says("REA 6 alice@example.com A6").lines == "800 6\r\n")
    stage.now = stage.now + .seconds(10)
    #expect(try stage.says("REA 7 alice@example.com A7").waits)
  }
}
