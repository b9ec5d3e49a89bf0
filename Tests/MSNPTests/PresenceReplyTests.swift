import NIOCore
import Testing

@testable import MSNP

/// The lines of presence in each dialect (contacts reference, sections 8 and 9).
@Suite struct PresenceReplyTests {
  /// Vector 4 of the reference.
  static let object =
    "%3Cmsnobj%20Creator%3D%22anotherdude%40hotmail.com%22%20Size%3D%2225235%22%20Type%3D%223%22%20"
    + "Location%3D%22uexA4DE.dat%22%20Friendly%3D%22AAA%3D%22%20SHA1D%3D%22vP1ppB%2BxiFQ8ceZivRe0uCaYLIU%3D%22%20"
    + "SHA1C%3D%22PApbbjkbDSGrt3ybGHRKNaZ8s%2Fw%3D%22%2F%3E"

  private let bob: UserHandle
  private let name: FriendlyName
  private let object: MSNObject

  init() throws {
    bob = try handle("bob@example.com")
    name = try FriendlyName("Bob")
    object = try #require(MSNObject(argument: Self.object.utf8))
  }

  /// What stands behind the name.
  private func tail(_ dialect: Dialect, _ capabilities: String, _ object: String) -> String {
    switch dialect {
    case ...Dialect.msnp7: ""
    case .msnp8: " \(capabilities)"
    default: " \(capabilities)\(object)"
    }
  }

  @Test(arguments: Dialect.allCases.filter { $0 <= .msnp12 })
  func statusOfOthers(_ dialect: Dialect) {
    let whole = tail(dialect, "268435500", " " + Self.object)
    #expect(
      written(dialect) { $0.iln(TransactionID(8), .online, bob, name, 268_435_500, object) }
        == wire("ILN 8 NLN bob@example.com Bob\(whole)"))
    #expect(
      written(dialect) { $0.nln(.busy, bob, name, 268_435_500, object) }
        == wire("NLN BSY bob@example.com Bob\(whole)"))
    let bare = tail(dialect, "0", "")
    #expect(
      written(dialect) { $0.iln(TransactionID(8), .online, bob, name) }
        == wire("ILN 8 NLN bob@example.com Bob\(bare)"))
    #expect(written(dialect) { $0.nln(.away, bob, name) } == wire("NLN AWY bob@example.com Bob\(bare)"))
    #expect(written(dialect) { $0.fln(bob) } == wire("FLN bob@example.com"))
  }

  @Test(arguments: Dialect.allCases.filter { $0 <= .msnp12 })
  func ownStatus(_ dialect: Dialect) {
    for argument in [Self.object, "0", nil] {
      let tail = tail(dialect, "268435500", argument.map { " " + $0 } ?? "")
      #expect(
        written(dialect) { $0.chg(TransactionID(9), .online, 268_435_500, object: argument) }
          == wire("CHG 9 NLN\(tail)"))
    }
  }

  @Test func messages() throws {
    let text = "<Data><PSM>gone &amp; back</PSM><CurrentMedia></CurrentMedia></Data>"
    let message = try #require(PersonalMessage(payload: text))
    #expect(written(.msnp11) { $0.ubx(bob, message) } == "UBX bob@example.com 68\r\n" + text)
    #expect(written(.msnp11) { $0.ubx(bob, nil) } == "UBX bob@example.com 0\r\n")
    #expect(written(.msnp11) { $0.uux(TransactionID(9)) } == "UUX 9 0\r\n")
  }

  @Test func detailsFollowTheReference() {
    let details = Dialect.allCases.filter { $0 <= .msnp12 }.map(PresenceDetail.init)
    #expect(
      details == Array(repeating: .status, count: 6) + [.capabilities, .object, .object, .personal, .personal])
  }

  @Test(
    arguments: [
      ("0", 0), ("24", 24), ("268435500", 268_435_500), ("1342554172", 1_342_554_172), ("4294967295", .max),
      ("007", 7),
    ] as [(String, UInt32)])
  func capabilities(_ text: String, _ value: UInt32) {
    #expect(Capabilities(decimal: text.utf8) == Capabilities(rawValue: value))
  }

  @Test(arguments: ["", "-1", "+1", "x", "4294967296", "1:2", "1 "])
  func noCapabilities(_ text: String) { #expect(Capabilities(decimal: text.utf8) == nil) }

  @Test func objectsAreKeptAsTheyCame() {
    #expect(object.text == Self.object)
    for text in ["<msnobj/>", "%3cmsnobj", "-", "00", String(repeating: "x", count: 4096)] {
      #expect(MSNObject(argument: text.utf8)?.text == text)
    }
    for text in ["", "0", "a b", "a\tb", "a\rb", "a\u{7f}", "\u{e4}", String(repeating: "x", count: 4097)] {
      #expect(MSNObject(argument: text.utf8) == nil)
    }
  }

  /// Capabilities for receivers of MSNP12 only (switchboard reference, section 4; vectors, 9.13).
  @Test(arguments: Dialect.allCases.filter { $0 <= .msnp12 })
  func conversations(_ dialect: Dialect) {
    let tail = dialect == .msnp12 ? " 1342554172" : ""
    #expect(
      written(dialect) { $0.iro(TransactionID(1), 1, of: 1, bob, name, 1_342_554_172) }
        == wire("IRO 1 1 1 bob@example.com Bob\(tail)"))
    #expect(written(dialect) { $0.joi(bob, name, 1_342_554_172) } == wire("JOI bob@example.com Bob\(tail)"))
    let none = dialect == .msnp12 ? " 0" : ""
    #expect(written(dialect) { $0.joi(bob, name) } == wire("JOI bob@example.com Bob\(none)"))
  }
}
