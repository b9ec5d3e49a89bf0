import MSNP
import TestKit

extension DialectMeeting {
  /// Alice opens a conversation, bob comes, both talk, and bob leaves.
  func talk() throws {
    let number = alice.number()
    try alice.notification.send("XFR \(number) SB")
    let transfer = try alice.notification.expect(beginning: "XFR", "\(number)", "SB", "\(server.switchboard)", "CKI")
    let hers = try ScriptedClient(to: server.switchboard)
    try hers.send("USR 1 \(alice.handle) \(transfer[5])")
    try hers.expect("USR 1 OK \(alice.handle) \(alice.look.name)")
    try hers.send("CAL 2 \(bob.handle)")
    let session = try hers.expect(beginning: "CAL", "2", "RINGING")[3]
    let ring = try bob.notification.expect(beginning: "RNG", session, "\(server.switchboard)", "CKI")
    guard ring.count == 7, ring[5] == alice.handle, ring[6] == alice.look.name else {
      throw ClientFailure.malformed(ring.joined(separator: " "))
    }
    let his = try ScriptedClient(to: server.switchboard)
    try his.send("ANS 1 \(bob.handle) \(ring[4]) \(session)")
    try his.expect(bob.writing.present(1, of: 1, alice.look))
    try his.expect("ANS 1 OK")
    try hers.expect(alice.writing.joined(bob.look))
    try speak(alice, hers, bob, his)
    try speak(bob, his, alice, hers)
    try his.send("OUT")
    try his.expectClosed()
    try hers.expect("BYE \(bob.handle)")
    try hers.send("MSG 9 N 3", payload: Array("hi!".utf8))
    try hers.expect("NAK 9")
    try areQuiet()
  }

  /// One message of each kind that the speaker's dialect has.
  private func speak(
    _ speaker: DialectActor, _ own: ScriptedClient, _ listener: DialectActor, _ other: ScriptedClient
  ) throws {
    let typing =
      "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: \(speaker.handle)\r\n\r\n\r\n"
    let text = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\ngr\u{fc}\u{df}e"
    let nudge = "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n\r\n"
    var messages: [(kind: String, text: String, isAcknowledged: Bool)] = [
      ("U", typing, false), ("N", text, false), ("A", text, true), ("S", text, true),
    ]
    if speaker.writing.hasData { messages.append(("D", nudge, true)) }
    for (index, message) in messages.enumerated() {
      let payload = Array(message.text.utf8)
      try own.send("MSG \(index + 3) \(message.kind) \(payload.count)", payload: payload)
      if message.isAcknowledged { try own.expect("ACK \(index + 3)") }
      try other.expect("MSG \(speaker.handle) \(speaker.look.name) \(payload.count)", payload: payload)
    }
  }
}
