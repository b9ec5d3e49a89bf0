import MSNP
import TestKit

/// Both ends of a conversation, each at a notification server of its own.
struct Conversation {
  let caller: ScriptedClient
  let callee: ScriptedClient
  let switchboard: HostPort
  private let names: (String, String)

  /// Alice, who is online on one notification connection, rings bob, who is online on another.
  init(
    _ alice: (name: String, notification: ScriptedClient), _ bob: (name: String, notification: ScriptedClient)
  ) throws {
    let transfer = try alice.notification.transfer()
    try self.init(alice, bob, transfer)
  }

  init(
    _ alice: (name: String, notification: ScriptedClient), _ bob: (name: String, notification: ScriptedClient),
    _ transfer: (switchboard: HostPort, ticket: String)
  ) throws {
    let (alicesHandle, bobsHandle) = (ScriptedClient.handle(alice.name), ScriptedClient.handle(bob.name))
    switchboard = transfer.switchboard
    names = (alicesHandle, bobsHandle)
    caller = try ScriptedClient.opening(alice.name, transfer.ticket, at: switchboard)
    try caller.send("CAL 2 \(bobsHandle)")
    let session = try caller.expect(beginning: "CAL", "2", "RINGING")[3]
    let ring = try bob.notification.ring()
    guard ring[1] == session else { throw ClientFailure.mismatch(expected: "RNG \(session)", got: ring[1]) }
    guard HostPort(ring[2]) == switchboard else {
      throw ClientFailure.mismatch(expected: "\(switchboard)", got: ring[2])
    }
    callee = try ScriptedClient(to: switchboard)
    try callee.send("ANS 1 \(bobsHandle) \(ring[4]) \(session)")
    _ = try callee.expect(beginning: "IRO", "1", "1", "1", alicesHandle)
    try callee.expect("ANS 1 OK")
    _ = try caller.expect(beginning: "JOI", bobsHandle)
  }

  /// A message each way, acknowledged.
  func exchange(_ text: String) throws {
    let payload = Array("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n\(text)".utf8)
    for (from, to, name) in [(caller, callee, names.0), (callee, caller, names.1)] {
      try from.send("MSG 9 A \(payload.count)", payload: payload)
      try from.expect("ACK 9")
      let line = try to.nextLine(waitingFor: "the message '\(text)'")
      guard line.text.hasPrefix("MSG \(name) "), line.payload == payload else {
        throw ClientFailure.mismatch(expected: "MSG \(name) with '\(text)'", got: line.description)
      }
    }
  }
}
