import MSNP
import TestKit
import Testing

/// Bytes that no client means well. The reactions are those of the wire reference, sections 2, 5, 6 and 8.
@Suite struct HostileInputTests {
  enum Role: CaseIterable, Sendable {
    case dispatch, notification, switchboard

    func address(on server: DevServer) -> HostPort {
      switch self {
      case .dispatch: server.dispatch
      case .notification: server.notification
      case .switchboard: server.switchboard
      }
    }
  }

  private func withServer(_ work: @escaping @Sendable (DevServer) throws -> Void) async throws {
    try await onDevServer(try await ReferenceAccounts.fixture, work: work)
  }

  @Test func blankLinesAreSkipped() async throws {
    try await withServer { server in
      let blanks = String(repeating: "\r\n\n \r\n\t\n", count: 200)
      for address in [server.dispatch, server.notification] {
        let client = try ScriptedClient(to: address)
        try client.send(bytes: Array("\(blanks)VER 1 MSNP7\r\n\(blanks)INF 2\r\n\r\n".utf8))
        try client.expect("VER 1 MSNP7")
        try client.expect("INF 2 MD5")
      }
      let alice = try ScriptedClient.online("alice", on: server)
      let ticket = try alice.ticket()
      let talk = try ScriptedClient(to: server.switchboard)
      try talk.send(bytes: Array("\r\n\r\nUSR 1 alice@example.com \(ticket)\r\n\n\nCAL 2 alice@example.com\r\n".utf8))
      try talk.expect("USR 1 OK alice@example.com Alice")
      try talk.expect("215 2")
    }
  }

  @Test func sloppyLinesAreRead() async throws {
    try await withServer { server in
      for line in ["VER 1 MSNP7\n", "VER  1   MSNP7\r\n", "VER\t1\tMSNP7 \r\n", " VER 1 MSNP7\r\n"] {
        let client = try ScriptedClient(to: server.notification)
        try client.send(bytes: Array(line.utf8))
        try client.expect("VER 1 MSNP7")
      }
    }
  }

  @Test func everyByteMayComeAlone() async throws {
    try await withServer { server in
      let client = try ScriptedClient(to: server.notification)
      for byte in "VER 1 MSNP7\r\nINF 2\r\n".utf8 { try client.send(bytes: [byte]) }
      try client.expect("VER 1 MSNP7")
      try client.expect("INF 2 MD5")
    }
  }

  @Test(arguments: Role.allCases)
  func fourMebibytesWithoutALineEndAreRefused(role: Role) async throws {
    try await withServer { server in
      _ = try ScriptedClient.online("alice", on: server)
      let before = try peakResidentMemory(of: server.processIdentifier)
      let client = try ScriptedClient(to: role.address(on: server))
      try client.sendWhatIsTaken([UInt8](repeating: 0x41, count: 4 << 20))
      try client.expectClosed()
      #expect(try peakResidentMemory(of: server.processIdentifier) - before < 4 << 10)
      _ = try ScriptedClient.signedIn("bob", on: server)
    }
  }

  @Test func theLongestLineIs8192Bytes() async throws {
    try await withServer { server in
      let alice = try ScriptedClient.signedIn("alice", on: server)
      let line = "GTC 6 N "
      try alice.send(line + String(repeating: "x", count: 8192 - line.utf8.count))
      try alice.expect("GTC 6 256 N")
      try alice.sendWhatIsTaken(Array((line + String(repeating: "x", count: 8193 - line.utf8.count) + "\r\n").utf8))
      try alice.expectClosed()
    }
  }

  @Test func thousandsOfArgumentsAreIgnored() async throws {
    try await withServer { server in
      let alice = try ScriptedClient.signedIn("alice", on: server)
      try alice.send("GTC 6 N" + String(repeating: " x", count: 4000))
      try alice.expect("GTC 6 256 N")
      try alice.expectQuiet()
    }
  }

  @Test(arguments: ["999999999", "4294967297", "18446744073709551617", "-3", "3x", "0x3"])
  func aPayloadLengthBeyondReasonCloses(length: String) async throws {
    try await withServer { server in
      let alice = try ScriptedClient.online("alice", on: server)
      let bob = try ScriptedClient.online("bob", on: server)
      try alice.expect("NLN NLN bob@example.com Bob")
      let before = try peakResidentMemory(of: server.processIdentifier)
      let talk = try ScriptedClient.opening("bob", bob, on: server)
      try talk.send("MSG 2 N \(length)")
      try talk.expectClosed()
      for line in ["QRY 5 msmsgs@msnmsgr.com \(length)", "SDC 5 a@b 0x0409 MSMSGS MSMSGS X X A \(length)"] {
        let client = try ScriptedClient.signedIn("erin", on: server)
        try client.send(line)
        try client.expectClosed()
      }
      #expect(try peakResidentMemory(of: server.processIdentifier) - before < 4 << 10)
      try alice.expectQuiet()
    }
  }

  @Test func commandsBeforeSignInClose() async throws {
    try await withServer { server in
      let lines = [
        "ADD 2 FL bob@example.com Bob", "ADG 2 Work 0", "BLP 2 BL", "CHG 2 NLN", "CHL 2", "FND 2 fname=John",
        "GTC 2 N", "IMS 2 OFF", "LST 2 FL", "PAG 2 bob@example.com 0", "PNG", "PRP 2 PHH 1",
        "QRY 2 msmsgs@msnmsgr.com 0", "REA 2 alice@example.com A", "REG 2 1 Work 0", "REM 2 FL bob@example.com",
        "RMG 2 1", "SDC 2 a@b 0x0409 MSMSGS MSMSGS X X A 0", "SND 2 a@b", "SYN 2 0", "URL 2 INBOX", "XFR 2 SB",
        "CAL 2 bob@example.com", "ANS 2 bob@example.com 1 1", "MSG 2 N 0", "NLN NLN bob@example.com Bob", "FOO 2",
      ]
      for line in lines {
        let fresh = try ScriptedClient(to: server.notification)
        try fresh.send(line)
        try fresh.expectClosed()
        let half = try ScriptedClient(to: server.notification)
        try half.send("VER 1 MSNP7")
        try half.expect("VER 1 MSNP7")
        try half.send(line)
        try half.expectClosed()
      }
      _ = try ScriptedClient.signedIn("alice", on: server)
    }
  }

  @Test func missingArgumentsAreRefused() async throws {
    try await withServer { server in
      let lines = [
        "ADD 6", "ADG 6", "BLP 6", "CHG 6", "GTC 6", "IMS 6", "LST 6", "PAG 6 0", "PRP 6", "QRY 6 0", "REA 6", "REG 6",
        "REM 6", "RMG 6", "SDC 6 0", "SYN 6", "URL 6", "USR 6", "XFR 6",
      ]
      for line in lines {
        let alice = try ScriptedClient.signedIn("alice", on: server)
        try alice.send(line)
        do {
          let answer = try alice.nextLine()
          let code = UInt16(answer.text.prefix(3)).flatMap { ErrorCode(rawValue: $0) }
          #expect(code != nil && answer.text.dropFirst(3) == " 6", "\(line) is answered \(answer)")
        } catch ClientFailure.closed {
          continue
        }
      }
    }
  }

  @Test func controlCharactersNeverReachALine() async throws {
    try await withServer { server in
      let bob = try ScriptedClient.online("bob", on: server)
      let alice = try ScriptedClient.online("alice", on: server)
      try bob.expect("NLN NLN alice@example.com Alice")
      let evil = "Al%0D%0AFLN%20bob@example.com%0D%0A"
      for (number, command) in ["REA 20 alice@example.com", "REA 21 bob@example.com", "ADD 22 FL erin@example.com"]
        .enumerated()
      {
        try alice.send("\(command) \(evil)")
        try alice.expect("209 \(20 + number)")
      }
      try alice.send("ADG 23 \(evil) 0")
      let group = try alice.nextLine()
      #expect(group.text == "201 23" || group.text == "209 23", "\(group)")
      try alice.send("REG 24 1 %0A 0")
      let renamed = try alice.nextLine()
      #expect(renamed.text == "201 24" || renamed.text == "209 24", "\(renamed)")
      try alice.expectQuiet()
      try bob.expectQuiet()
    }
  }
}
