import MSNP
import Roster

/// The accounts of the reference's sessions (test vectors, section 8), every password `password`.
///
/// | handle | lists | version |
/// |---|---|---|
/// | alice | FL bob (group 1 Friends), carol; AL bob, carol; BL dave; RL bob, dave; home phone 1 555 555-0100 | 255 |
/// | bob | FL and AL alice; home phone 1 555 555-0101 | 40 |
/// | carol | RL alice | 41 |
/// | dave | FL alice | 42 |
/// | erin, frank | none | 43, 44 |
/// | grace | none; no old-client password | |
public enum ReferenceAccounts {
  /// Just those accounts.
  public static let plan = FixturePlan("reference") { try await write($0) }

  /// With as many accounts on alice's forward list as a client before MSNP8 may put there: bob, carol and 148 more.
  public static let fullForwardListPlan = FixturePlan("full-forward-list") { try await write($0, contacts: 148) }

  /// With as many as a client from MSNP10 on may put there: bob, carol and 598 more.
  public static let longestForwardListPlan = FixturePlan("longest-forward-list") { try await write($0, contacts: 598) }

  private static func write(_ writer: FixtureWriter, contacts count: Int) async throws {
    let names = (1...count).map { (handle: "contact\($0)@example.com", name: "Contact \($0)") }
    try await write(writer, aliceAt: UInt32(max(255, count + 100))) { alice in
      _ = try await writer.accounts(names)
      for name in names { try await writer.add(.forward, of: alice, name.handle, name.name) }
    }
  }

  /// With all the groups alice may have, 30: 0 Other Contacts, 1 Friends, 2 Group 2 to 29 Group 29.
  public static let allGroupsPlan = FixturePlan("all-groups") { writer in
    try await write(writer) { alice in
      for number in 2...29 { try await writer.change(alice, .addGroup("Group \(number)")) }
    }
  }

  /// ``plan`` as a data folder.
  public static var fixture: Fixture {
    get async throws { try await plan.fixture }
  }

  public static func write(
    _ writer: FixtureWriter, aliceAt version: UInt32 = 255, more: (_ alice: AccountID) async throws -> Void = { _ in }
  ) async throws {
    let people = [
      ("alice", "Alice"), ("bob", "Bob"), ("carol", "Carol C"), ("dave", "Dave"), ("erin", "Erin"), ("frank", "Frank"),
    ]
    let accounts = try await writer.accounts(people.map { ("\($0.0)@example.com", $0.1) })
    let (alice, bob, dave) = (accounts[0], accounts[1], accounts[3])
    try await writer.account("grace@example.com", "Grace", oldClients: false)

    guard case .group(let friends, _) = try await writer.change(alice, .addGroup("Friends")).result else { return }
    try await writer.change(alice, .renameGroup(.number(.zero), "Other Contacts"))
    try await writer.add(.forward, of: alice, "bob@example.com", "Bob", group: friends.rawValue)
    try await writer.add(.forward, of: alice, "carol@example.com", "Carol C")
    try await writer.add(.allow, of: alice, "bob@example.com", "Bob")
    try await writer.add(.allow, of: alice, "carol@example.com", "Carol C")
    try await writer.add(.block, of: alice, "dave@example.com", "Dave")
    try await writer.change(alice, .setProperty(.homePhone, "1 555 555-0100"))
    try await writer.add(.forward, of: bob, "alice@example.com", "Alice")
    try await writer.add(.allow, of: bob, "alice@example.com", "Alice")
    try await writer.change(bob, .setProperty(.homePhone, "1 555 555-0101"))
    try await writer.add(.forward, of: dave, "alice@example.com", "Alice")
    try await more(alice)
    try await writer.raise(alice, to: version)
    for (account, version) in zip(accounts.dropFirst(), UInt32(40)...) { try await writer.raise(account, to: version) }
  }
}
