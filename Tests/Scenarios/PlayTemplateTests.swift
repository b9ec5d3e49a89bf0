import MSNP
import Testing

@testable import TestKit

/// Names in braces, and how strictly lines are compared.
@Suite struct PlayTemplateTests {
  private func matches(_ template: String, _ line: String, _ scope: PlayScope = PlayScope()) throws -> Bool {
    try PlayTemplate(template).matches(Array(line.utf8), scope)
  }

  @Test func linesAreComparedWhole() throws {
    #expect(try matches("USR 4 OK alice@example.com Alice", "USR 4 OK alice@example.com Alice"))
    #expect(try !matches("USR 4 OK alice@example.com Alice", "USR 4 OK alice@example.com Alice 1"))
    #expect(try !matches("USR 4 OK alice@example.com Alice 1", "USR 4 OK alice@example.com Alice"))
    #expect(try !matches("USR 4 OK alice@example.com Alice", "USR 4 OK Alice@example.com Alice"))
  }

  @Test func aNameTakesOneWordAndKeepsIt() throws {
    let scope = PlayScope()
    #expect(try matches("XFR 1 SB {sb} CKI {ticket}", "XFR 1 SB 127.0.0.3:1863 CKI abc", scope))
    #expect(scope["ticket"] == Array("abc".utf8))
    #expect(try matches("RNG 7 127.0.0.3:1863 CKI {ticket}", "RNG 7 127.0.0.3:1863 CKI abc", scope))
    #expect(try !matches("RNG 7 127.0.0.3:1863 CKI {ticket}", "RNG 7 127.0.0.3:1863 CKI abd", scope))
    #expect(try !matches("RNG 7 127.0.0.3:1863 CKI {other}", "RNG 7 127.0.0.3:1863 CKI a b", scope))
    #expect(try !matches("RNG 7 127.0.0.3:1863 CKI {other}", "RNG 7 127.0.0.3:1863 CKI ", scope))
  }

  @Test func aNameMayBeAPieceOfAWord() throws {
    let scope = PlayScope(["port": "1863"])
    #expect(try matches("XFR 1 SB {host}:{port} CKI x", "XFR 1 SB 127.0.0.3:1863 CKI x", scope))
    #expect(scope["host"] == Array("127.0.0.3".utf8))
  }

  @Test func aLineThatFailsLeavesNoNames() throws {
    let scope = PlayScope()
    #expect(try !matches("{a} {b} end", "one two three", scope))
    #expect(scope["a"] == nil)
  }

  @Test func otherBracesStandForThemselves() throws {
    #expect(try matches("GUID: {5D3E02AB-6190}", "GUID: {5D3E02AB-6190}"))
    #expect(try !matches("GUID: {5D3E02AB-6190}", "GUID: x"))
  }

  @Test func namesAreRendered() throws {
    let scope = PlayScope(["challenge": "1234567890.123456789", "dialect": "7"])
    #expect(
      try PlayTemplate("USR 5 MD5 S {md5 challenge password}").rendered(scope)
        == Array("USR 5 MD5 S f59af8f2fa91d38aff7c870c17f99903".utf8))
    #expect(
      try PlayTemplate("{MD5 challenge password} MSNP{dialect}").rendered(scope)
        == Array("F59AF8F2FA91D38AFF7C870C17F99903 MSNP7".utf8))
    #expect(throws: PlayScope.Unbound.self) { try PlayTemplate("USR {nothing}").rendered(scope) }
  }

  @Test func whatClientsOfTheDialectCanDoIsThere() throws {
    func text(_ template: String, _ dialect: Dialect) throws -> String {
      String(decoding: try PlayTemplate(template).rendered(PlayScope(dialect: dialect, port: 1863)), as: UTF8.self)
    }
    #expect(try text("CHG 6 NLN{can}", .msnp7) == "CHG 6 NLN")
    #expect(try text("CHG 6 NLN{can}", .msnp8) == "CHG 6 NLN 24")
    #expect(try text("JOI bob@example.com Bob{member-can}", .msnp11) == "JOI bob@example.com Bob")
    #expect(try text("JOI bob@example.com Bob{member-can}", .msnp12) == "JOI bob@example.com Bob 1342554172")
    #expect(try text("SYN 5 {stamp 255}", .msnp12) == "SYN 5 2000-01-01T00:04:15.0000000-00:00")
    #expect(try PlayTemplate("{hex 00ff0d}").rendered(PlayScope()) == [0x00, 0xff, 0x0d])
  }

  @Test func challengesAreAnsweredInTheDialect() throws {
    func answer(_ challenge: String, _ product: String, _ dialect: Dialect) throws -> String {
      let scope = PlayScope(["first": challenge], dialect: dialect)
      return String(decoding: try PlayTemplate("{query first \(product)}").rendered(scope), as: UTF8.self)
    }
    #expect(
      try answer("15570131571988941333", "msmsgs@msnmsgr.com", .msnp10) == "8f2f5a91b72102cd28355e9fc9000d6e")
    #expect(
      try answer("22210219642164014968", "PROD0104U6VVM{UJ", .msnp12) == "a79aeff92542b7d771601f693ce895b2")
    #expect(throws: PlayScope.Unbound.self) { try answer("1", "PROD00517IFH4@RV", .msnp12) }
  }

  @Test func ticketsAreAskedForByName() throws {
    let template = PlayTemplate("USR 4 TWN S {ticket alice} {ticket bob expired}")
    #expect(template.tickets.map { "\($0.0) \($0.1)" } == ["good alice", "expired bob"])
    #expect(throws: PlayScope.Unbound.self) { try template.rendered(PlayScope()) }
    #expect(PlayTemplate("{ticket alice stolen}").tickets.isEmpty)
  }

  @Test func aPartSeesOnlyWhatItIsGiven() {
    let outer = PlayScope(["port": "1863", "dialect": "7", "session": "12", "ticket": "abc"])
    let inner = PlayScope(of: outer, seeing: ["session"])
    #expect(inner["port"] == Array("1863".utf8))
    #expect(inner["session"] == Array("12".utf8))
    #expect(inner["ticket"] == nil)
    inner.take("ticket", Array("def".utf8))
    #expect(outer["ticket"] == Array("abc".utf8))
  }
}
