import Foundation
import MSNP
import TestKit

// What the tests that are not plays need of a client: the way in, without a word about it.
extension ScriptedClient {
  /// Signs in at the notification server, up to the profile message.
  static func signedIn(
    _ who: String, on server: DevServer, dialect: Int = 7, receiveBuffer: Int? = nil
  ) throws -> ScriptedClient {
    try signedIn(who, at: server.notification, dialect: dialect, receiveBuffer: receiveBuffer)
  }

  /// Signs in and does the first `CHG`; whatever it brings is read and forgotten.
  static func online(_ who: String, on server: DevServer, dialect: Int = 7) throws -> ScriptedClient {
    try online(who, at: server.notification, dialect: dialect)
  }

  /// Opens a conversation on the switchboard, as somebody who is online.
  static func opening(_ who: String, _ notification: ScriptedClient, on server: DevServer) throws -> ScriptedClient {
    try opening(who, notification.ticket(), at: server.switchboard)
  }

  /// A fresh ticket for opening a conversation.
  func ticket() throws -> String { try transfer().ticket }

  /// Joins the conversation of the invitation that is the next line on the notification connection.
  static func answering(
    _ who: String, _ notification: ScriptedClient, on server: DevServer, receiveBuffer: Int? = nil
  ) throws -> ScriptedClient {
    try answering(
      who, notification.expect(beginning: "RNG"), at: server.switchboard, receiveBuffer: receiveBuffer)
  }

  /// Sends what the server may refuse to read to its end.
  func sendWhatIsTaken(_ bytes: [UInt8]) throws {
    do {
      try send(bytes: bytes)
    } catch ClientFailure.write {
      return
    }
  }
}

/// Alice and bob online, and bob being rung by alice.
struct Ringing {
  let alice: ScriptedClient
  let bob: ScriptedClient
  /// Alice's connection to the switchboard.
  let talk: ScriptedClient
  let session: String

  init(on server: DevServer) throws {
    bob = try ScriptedClient.online("bob", on: server)
    alice = try ScriptedClient.online("alice", on: server)
    try bob.expect("NLN NLN alice@example.com Alice")
    talk = try ScriptedClient.opening("alice", alice, on: server)
    try talk.send("CAL 2 bob@example.com")
    session = try talk.expect(beginning: "CAL", "2", "RINGING")[3]
  }
}

/// The most memory a process has had resident, in KiB.
func peakResidentMemory(of process: Int32) throws -> Int {
  let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return line.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
}

/// Runs a test on a server of its own. An error tells the end of the server's log as well.
func onDevServer(
  _ fixture: Fixture, _ options: DevServer.Options = .init(), work: @escaping @Sendable (DevServer) throws -> Void
) async throws {
  try await onThread {
    let server = try DevServer(fixture, options)
    do {
      try work(server)
    } catch {
      throw PlayFailure(description: "\(error)\nthe server's log:\n\(server.log())\n\(server.errors())")
    }
  }
}
