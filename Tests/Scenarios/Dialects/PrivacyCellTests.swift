import Foundation
import MSNP
import TestKit
import Testing

/// A sample of the privacy matrix over real sockets: three people who watch alice, one on her allow list, one on her
/// block list and one on neither, with either `BLP`, while she shows, changes, speaks, calls herself busy or hides.
@Suite struct PrivacyCellTests {
  private static let plan = FixturePlan("privacy-cells") { writer in
    let people = ["alice", "bob", "dave", "erin"]
    let accounts = try await writer.accounts(people.map { ("\($0)@example.com", $0.capitalized) })
    for watcher in accounts.dropFirst() { try await writer.add(.forward, of: watcher, "alice@example.com", "Alice") }
    try await writer.add(.allow, of: accounts[0], "bob@example.com", "Bob")
    try await writer.add(.block, of: accounts[0], "dave@example.com", "Dave")
  }

  /// What the rule says: the block list first, then the allow list, then `BLP`.
  private static func admits(_ watcher: String, strangersAreBlocked: Bool) -> Bool {
    switch watcher {
    case "bob": true
    case "dave": false
    default: !strangersAreBlocked
    }
  }

  @Test(
    arguments: [
      (.msnp2, .msnp12), (.msnp7, .msnp9), (.msnp8, .msnp7), (.msnp9, .msnp8), (.msnp10, .msnp5), (.msnp11, .msnp11),
      (.msnp12, .msnp2), (.msnp12, .msnp10),
    ] as [(Dialect, Dialect)])
  func cells(alices: Dialect, watchers: Dialect) async throws {
    try await onDevServer(try await PrivacyCellTests.plan.fixture) { server in
      let alice = try DialectActor("alice", named: "Alice", in: alices, on: server)
      try alice.goOnline(seeing: [])
      for strangersAreBlocked in [false, true] {
        if strangersAreBlocked { try alice.change { alice.writing.setStrangers($0, "BL", version: $1) } }
        for status in ["NLN", "HDN"] {
          if alice.look.status != status { try alice.change(status, seenBy: nil) }
          for who in ["bob", "dave", "erin"] {
            let cell = PrivacyCell(
              isAdmitted: Self.admits(who, strangersAreBlocked: strangersAreBlocked), isAllowed: who == "bob")
            do {
              try cell.play(who, in: watchers, watching: alice, on: server)
            } catch {
              throw PlayFailure(
                description: "\(who), strangers blocked: \(strangersAreBlocked), alice \(status): \(error)")
            }
          }
        }
      }
    }
  }
}

/// One watcher's turn: signs in, looks, is told, rings, and leaves.
struct PrivacyCell {
  let isAdmitted: Bool
  /// On the allow list itself: numbers are shown to nobody else.
  let isAllowed: Bool

  func play(_ who: String, in dialect: Dialect, watching alice: DialectActor, on server: DevServer) throws {
    let watcher = try DialectActor(who, named: who.capitalized, in: dialect, on: server)
    let isSeen = isAdmitted && alice.look.status != "HDN"
    try watcher.goOnline(seeing: isSeen ? [alice] : [])
    if alice.look.status != "HDN" {
      try alice.change(alice.look.status == "BSY" ? "NLN" : "BSY", seenBy: isSeen ? watcher : nil)
    }
    if alice.hears { try speak(alice, isSeen ? watcher : nil) }
    if alice.writing.hasNumbers { try setNumber(alice, watcher) }
    try watcher.isQuiet()
    try ring(alice, watcher, isSeen, on: server)
    try watcher.isQuiet()
    try watcher.notification.send("OUT")
    try watcher.notification.expectClosed()
    try alice.isQuiet()
  }

  private func speak(_ alice: DialectActor, _ watcher: DialectActor?) throws {
    let number = alice.number()
    let text = "<Data><PSM>number \(number)</PSM><CurrentMedia></CurrentMedia></Data>"
    alice.personal = text
    try alice.notification.send("UUX \(number) \(text.utf8.count)", payload: Array(text.utf8))
    try alice.notification.expect("UUX \(number) 0")
    try watcher?.hearText(of: alice)
  }

  /// `BPR` depends on the allow list alone, not on being seen.
  private func setNumber(_ alice: DialectActor, _ watcher: DialectActor) throws {
    let value = "1%20555%20555-\(1000 + alice.version)"
    try alice.change { alice.writing.setNumber($0, "PHH", value, version: $1) }
    guard isAllowed else { return }
    for line in watcher.writing.numbers(of: alice.handle, [("PHH", value)], version: watcher.noteChange()) {
      try watcher.notification.expect(line)
    }
  }

  private func ring(_ alice: DialectActor, _ watcher: DialectActor, _ isSeen: Bool, on server: DevServer) throws {
    let (switchboard, ticket) = try watcher.notification.transfer()
    let talk = try ScriptedClient.opening(watcher.who, ticket, at: switchboard)
    try talk.send("CAL 2 \(alice.handle)")
    guard isSeen else {
      try talk.expect("217 2")
      return
    }
    let session = try talk.expect(beginning: "CAL", "2", "RINGING")[3]
    let ring = try alice.notification.expect(beginning: "RNG", session, "\(server.switchboard)", "CKI")
    guard ring.count == 7, ring[5] == watcher.handle, ring[6] == watcher.look.name else {
      throw ClientFailure.malformed(ring.joined(separator: " "))
    }
    talk.hangUp()
  }
}
