import NIOCore
import Testing

@testable import MSNP

@Suite struct LineTests {
  private func line(_ text: String) throws -> Line { try Line(splitting: ByteBuffer(string: text)) }

  @Test func argumentsAreCountedFromTheTransactionID() throws {
    let line = try line("USR 4294967295 MD5 I alice@example.com")
    #expect(line.verb == .USR)
    #expect(line.count == 4)
    #expect(line.transactionID == TransactionID(4_294_967_295))
    #expect(line.text(0) == "4294967295")
    #expect(line.isWord(1, "MD5"))
    #expect(!line.isWord(1, "md5"))
    #expect(!line.isWord(1, "MD"))
    #expect(!line.isWord(1, "MD55"))
    #expect(line.text(3) == "alice@example.com")
    #expect(line.text(4) == nil)
    #expect(line.bytes(-1) == nil)
    #expect(!line.isWord(4, ""))
    #expect(line.payload == nil)
    #expect(line.text == "USR 4294967295 MD5 I alice@example.com")
  }

  @Test func argumentsOfASliceLieWhereTheyLie() throws {
    var stream = ByteBuffer(string: "XXXXXCAL 2 bob@example.com")
    stream.moveReaderIndex(forwardBy: 5)
    #expect(try Line(splitting: stream).text(1) == "bob@example.com")
  }

  @Test(arguments: [
    ("0", 0 as UInt32?), ("007", 7), ("4294967295", 4_294_967_295), ("4294967296", nil), ("99999999999999999999", nil),
    ("-1", nil), ("+1", nil), ("1.0", nil), ("0x10", nil), ("١", nil), ("abc", nil),
  ])
  func transactionIDsAre32BitDecimals(_ text: String, _ number: UInt32?) throws {
    #expect(try line("CHG \(text) NLN").transactionID == number.map(TransactionID.init))
  }

  @Test func aMissingTransactionIDIsNone() throws { #expect(try line("CHG").transactionID == nil) }

  @Test func numbersFitTheirType() throws {
    let line = try line("RMG 1 29 255 256")
    #expect(line.number(1) == 29 as UInt8?)
    #expect(line.number(2) == 255 as UInt8?)
    #expect(line.number(3, as: UInt8.self) == nil)
    #expect(line.number(3) == 256 as UInt16?)
    #expect(line.number(4, as: UInt8.self) == nil)
  }

  @Test func invalidUTF8IsBytesButNoText() throws {
    let line = try Line(splitting: ByteBuffer(bytes: Array("REA 1 a@b.c ".utf8) + [0xc3, 0x28]))
    #expect(line.text(2) == nil)
    #expect(line.bytes(2).map(Array.init) == [0xc3, 0x28])
    #expect(!line.isWord(2, "x"))
  }

  @Test(arguments: ["", "   ", "AB", "ABCD", "abc", "A B", "\u{0}\u{0}\u{0}"])
  func otherFirstWordsAreNoVerb(_ text: String) {
    #expect(throws: FramingError.verb) { try line(text) }
  }

  @Test func verbsKeepTheirLetters() {
    #expect(Verb(0x56, 0x45, 0x52) == .VER)
    #expect(Verb(0x76, 0x65, 0x72) == nil)
    #expect(Verb(0x32, 0x31, 0x37)?.description == "217")
    #expect(Verb.XFR.description == "XFR")
    #expect(Verb.XFR.rawValue == 0x584652)
  }
}
