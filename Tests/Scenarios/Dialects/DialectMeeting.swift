import MSNP
import TestKit

/// Two people of the reference's, each in a dialect of its own, and all that they do to each other.
struct DialectMeeting {
  static let objects = [
    "%3Cmsnobj%20Creator%3D%22alice%40example.com%22%20Size%3D%225%22%20Type%3D%223%22%20Location%3D%22TFR1.dat%22%20"
      + "Friendly%3D%22AAA%3D%22%20SHA1D%3D%22qvTGHdzF6KLavt4PO0gs2a6pQ00%3D%22%2F%3E",
    "%3Cmsnobj%20Creator%3D%22bob%40example.com%22%20Size%3D%2225235%22%20Type%3D%223%22%20Location%3D%22uexA4DE.dat%22"
      + "%20Friendly%3D%22AAA%3D%22%20SHA1D%3D%22vP1ppB%2BxiFQ8ceZivRe0uCaYLIU%3D%22%2F%3E",
  ]

  let server: DevServer
  let alice: DialectActor
  let bob: DialectActor

  /// Both come online, bob first.
  init(_ alices: Dialect, _ bobs: Dialect, on server: DevServer) throws {
    self.server = server
    bob = try DialectActor(
      "bob", named: "Bob", in: bobs, version: 40, homePhone: "1%20555%20555-0101", on: server)
    try bob.goOnline(seeing: [])
    alice = try DialectActor(
      "alice", named: "Alice", in: alices, version: 255, homePhone: "1%20555%20555-0100", on: server)
    try alice.goOnline(seeing: [bob])
    try bob.notification.expect(bob.writing.now(alice.look))
  }

  func areQuiet() throws {
    try alice.isQuiet()
    try bob.isQuiet()
  }

  /// Status, capabilities, pictures, personal messages and names.
  func presence() throws {
    for (one, other) in [(alice, bob), (bob, alice)] {
      try one.change("BSY", seenBy: other)
      try one.change("BRB", object: Self.objects[one === alice ? 0 : 1], seenBy: other)
      try one.change("HDN", seenBy: nil)
      try other.notification.expect("FLN \(one.handle)")
      try one.change("LUN", object: Self.objects[one === alice ? 0 : 1], seenBy: other)
    }
    for (one, other) in [(alice, bob), (bob, alice)] where one.hears {
      let text = "<Data><PSM>\(one.who) &amp; co</PSM><CurrentMedia></CurrentMedia></Data>"
      one.personal = text
      let number = one.number()
      try one.notification.send("UUX \(number) \(text.utf8.count)", payload: Array(text.utf8))
      try one.notification.expect("UUX \(number) 0")
      try other.hearText(of: one)
    }
    try areQuiet()
  }

  func rename() throws {
    for (one, other, name) in [(alice, bob, "Alice%20W"), (bob, alice, "%E6%97%A5%E6%9C%AC")] {
      try one.change { one.writing.rename($0, one.handle, name, version: $1) }
      one.look.name = name
      try other.notification.expect(other.writing.now(one.look))
    }
    try areQuiet()
  }

  func numbers() throws {
    guard alice.writing.hasNumbers else { return }
    alice.homePhone = "1%20555%20555-0199"
    try alice.change { alice.writing.setNumber($0, "PHH", alice.homePhone, version: $1) }
    try expect(bob, [("PHH", alice.homePhone)], of: alice, version: bob.noteChange())
    try areQuiet()
  }

  /// Alice takes bob off her list and puts him on it again.
  func removeAndAdd() throws {
    try alice.change {
      alice.writing.remove($0, bob.handle, guid: "aaaaaaaa-0000-0000-0000-000000000001", version: $1)
    }
    try bob.notification.expect(bob.writing.wasRemoved(by: alice.handle, version: bob.noteChange()))
    try bob.change("BSY", object: bob.look.object, seenBy: nil)
    try areQuiet()
    alice.version += 1
    let number = alice.number()
    let add = alice.writing.add(number, bob.handle, "Bobby", version: alice.version)
    try alice.notification.send(add.command)
    let answer = try alice.notification.nextLine(waitingFor: add.answer).text
    let guid = alice.writing.hasContactGUIDs ? answer.dropFirst(add.answer.utf8.count) : ""
    guard answer.hasPrefix(add.answer), guid.isEmpty || (guid.hasPrefix(" C=") && guid.utf8.count == 39) else {
      throw ClientFailure.mismatch(expected: add.answer, got: answer)
    }
    for line in alice.writing.numbersOfNew(bob.handle, shown(of: bob), version: alice.version) {
      try alice.notification.expect(line)
    }
    try alice.notification.expect(alice.writing.initial(number, bob.look))
    try alice.hearText(of: bob)
    try bob.notification.expect(
      bob.writing.wasAdded(by: alice.handle, alice.look.name, version: bob.noteChange()))
    try areQuiet()
  }

  /// Alice blocks bob, and lets him see her again.
  func block() throws {
    try alice.change { alice.writing.unlist($0, "AL", bob.handle, version: $1) }
    try expect(bob, hidden, of: alice, version: bob.noteChange())
    try alice.change { alice.writing.list($0, "BL", bob.handle, "Bob", version: $1) }
    try bob.notification.expect("FLN \(alice.handle)")
    try alice.change("AWY", object: alice.look.object, seenBy: nil)
    try areQuiet()
    try alice.change { alice.writing.unlist($0, "BL", bob.handle, version: $1) }
    try bob.notification.expect(bob.writing.now(alice.look))
    try bob.hearText(of: alice)
    try alice.change { alice.writing.list($0, "AL", bob.handle, "Bob", version: $1) }
    try expect(bob, shown(of: alice), of: alice, version: bob.noteChange())
    try areQuiet()
  }

  func leave() throws {
    try alice.notification.send("OUT")
    try alice.notification.expectClosed()
    try bob.notification.expect("FLN \(alice.handle)")
    try bob.isQuiet()
  }

  private var hidden: [(key: String, value: String?)] {
    [("PHH", nil), ("PHW", nil), ("PHM", nil), ("MOB", "N")]
  }

  private func shown(of actor: DialectActor) -> [(key: String, value: String?)] {
    [("PHH", actor.homePhone), ("PHW", nil), ("PHM", nil), ("MOB", "N")]
  }

  private func expect(
    _ reader: DialectActor, _ values: [(key: String, value: String?)], of actor: DialectActor, version: Int
  ) throws {
    for line in reader.writing.numbers(of: actor.handle, values, version: version) {
      try reader.notification.expect(line)
    }
  }
}
