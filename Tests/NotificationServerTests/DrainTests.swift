import MSNP
import NIOCore
import ServerKit
import Testing

@testable import NotificationServer

@Suite("Signing in while the server drains")
struct DrainTests {
  private func stage(_ place: SignInPlace) -> Stage {
    var settings = Stage.settings
    settings.address = HostPort(host: "192.0.2.10", port: 1863)
    settings.signInPlace = { place }
    return Stage(settings)
  }

  @Test(
    "a client that asks for a challenge is sent to another server, in the words of its dialect",
    arguments: [
      (Dialect.msnp2, "XFR 2 NS 192.0.2.11:1863\r\n"), (.msnp5, "XFR 2 NS 192.0.2.11:1863 0\r\n"),
      (.msnp7, "XFR 2 NS 192.0.2.11:1863 0 192.0.2.10:1863\r\n"),
    ])
  func elsewhere(dialect: Dialect, expected: String) throws {
    var stage = stage(.elsewhere(HostPort(host: "192.0.2.11", port: 1863)))
    _ = try stage.says("VER 1 \(dialect.name) CVR0")
    let step = try stage.says("USR 2 MD5 I alice@example.com")
    #expect(step.lines == expected)
    #expect(step.effects.isEmpty)
    #expect(step.ending == .finished)
  }

  @Test("where there is no other server: 601 and close", arguments: [Dialect.msnp2, .msnp5, .msnp7])
  func nowhere(dialect: Dialect) throws {
    var stage = stage(.nowhere)
    _ = try stage.says("VER 1 \(dialect.name) CVR0")
    let step = try stage.says("USR 2 MD5 I alice@example.com")
    #expect(step.lines == "601 2\r\n")
    #expect(step.effects.isEmpty)
    #expect(step.ending == .refused(.serverUnavailable))
  }

  @Test("so is one that brings its password along; it is not looked at")
  func clearText() throws {
    var stage = stage(.elsewhere(HostPort(host: "192.0.2.11", port: 1863)))
    _ = try stage.says("VER 1 MSNP2 CVR0")
    let step = try stage.says("USR 2 CTP I alice@example.com password")
    #expect(step.lines == "XFR 2 NS 192.0.2.11:1863\r\n")
    #expect(step.effects.isEmpty)
  }

  @Test("a server that does not drain asks for a proof")
  func here() throws {
    var stage = stage(.here)
    _ = try stage.says("VER 1 MSNP7 CVR0")
    let step = try stage.says("USR 2 MD5 I alice@example.com")
    #expect(step.lines.hasPrefix("USR 2 MD5 S "))
    #expect(step.ending == nil)
  }
}
