import Cluster
import MSNP
import PostgreSQLStore
import Roster
import Store
import TestKit
import Testing

/// The store's own statements under the rights of `deploy/roles.sql`.
@Suite("The store under database roles", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
struct DatabaseRoleStoreTests {
  private static func store(
    _ roles: DatabaseRoles, as role: DatabaseRoles.Role
  ) async throws -> PostgreSQLStore {
    try await onThread { try PostgreSQLStore(url: roles.url(of: role), connections: 2) }
  }

  /// Expects the database to say that a right is missing.
  private static func expectRefusal(_ work: () async throws -> Void) async {
    await #expect {
      try await work()
    } throws: {
      ($0 as? StoreFailure)?.description.hasSuffix("(SQLSTATE 42501)") == true
    }
  }

  @Test("The operator's commands work")
  func operators() async throws {
    let roles = try await onThread { try DatabaseRoles() }
    let store = try await Self.store(roles, as: .operator)
    let handles = try ["alice", "bob"].map { try UserHandle.named($0) }
    let made = try await store.create(
      handles.map { NewAccount(handle: $0, name: FriendlyName($0), passwordHash: "hash") })
    #expect(made.count == 2)
    #expect(try await store.makeMutual([(handles[0], handles[1])]).unknown.isEmpty)
    #expect(try await store.rename(handles[0], to: .named("ally"))?.account == made[handles[0]])
    #expect(
      try await store.setPassword(handles[0], hash: "other") { _ in [1] } == made[handles[0]])
    #expect(try await store.accounts(after: nil, limit: 9).map(\.sealedOldPassword) == [[1], nil])
    #expect(try await store.forwardLists(of: Array(made.values)).count == 2)
    #expect(try await store.remove(handles[0])?.notices.count == 2)
    await store.close()
  }

  @Test("A notification server serves lists, and neither makes nor removes accounts")
  func notification() async throws {
    let roles = try await onThread { try DatabaseRoles() }
    let handles = try ["alice", "bob"].map { try UserHandle.named($0) }
    let accounts = handles.map { NewAccount(handle: $0, name: FriendlyName($0), passwordHash: "hash") }
    let people = try await Self.store(roles, as: .operator)
    let made = try await people.create(accounts)
    await people.close()
    let alice = try #require(made[handles[0]])

    let store = try await Self.store(roles, as: .notification)
    #expect(try await store.credentials(of: handles[0])?.passwordHash == "hash")
    let bobsName = try FriendlyName.named("bob")
    for change in [
      RosterChange.add(.forward, handles[1], bobsName, group: nil), .add(.allow, handles[1], bobsName, group: nil),
      .renameContact(handles[1], try .named("robert")), .rename(try .named("ally")), .addGroup("Friends"),
      .renameGroup(try .numbered(1), "Foes"), .removeGroup(try .numbered(1)), .setProperty(.homePhone, "1"),
      .setProperty(.homePhone, nil), .setPrivacyMode(.block), .setReversePrompt(.never),
      .remove(.forward, handles[1], group: nil),
    ] {
      _ = try await store.change(change, by: alice, limits: ListLimits())
    }
    #expect(try await store.sessionRoster(of: alice)?.name == .named("ally"))
    #expect(try await store.snapshot(of: alice)?.version == ListVersion(13))
    #expect(try await store.member(alice)?.name == .named("ally"))

    await Self.expectRefusal { _ = try await store.create(accounts) }
    await Self.expectRefusal { _ = try await store.remove(handles[0]) }
    await Self.expectRefusal { _ = try await store.setPassword(handles[0], hash: "x", sealOldPassword: nil) }
    await Self.expectRefusal { _ = try await store.setBanned(handles[0], false) }
    await Self.expectRefusal { _ = try await store.setAdministrator(handles[0], true) }
    await Self.expectRefusal { _ = try await store.history(of: alice, since: 0, after: nil, limit: 9) }
    await Self.expectRefusal { _ = try await store.setKeepsHistory(of: alice, true) }
    await store.close()
  }

  @Test("A switchboard keeps histories and reads none")
  func switchboard() async throws {
    let roles = try await onThread { try DatabaseRoles() }
    let alice = try UserHandle.named("alice")
    let person = try await Self.person(alice, roles)
    let owner = try await Self.store(roles, as: .operator)
    #expect(try await owner.setKeepsHistory(of: person.account, true))

    let store = try await Self.store(roles, as: .switchboard)
    #expect(try await store.keepers(among: [person.account, AccountID(99)]) == [person.account])
    let message = try RelayedMessage.said("hello", by: person, among: [person], number: 1, time: 5)
    // A batch that is written again, because its answer was lost.
    for _ in 1...2 { try await store.keep([message]) }
    await Self.expectRefusal { _ = try await store.history(of: person.account, since: 0, after: nil, limit: 9) }
    await Self.expectRefusal { _ = try await store.setKeepsHistory(of: person.account, false) }
    await Self.expectRefusal { _ = try await store.sweepHistory(before: 9, limit: 9) }
    await Self.expectRefusal { _ = try await store.member(alice) }
    await Self.expectRefusal { _ = try await store.credentials(of: alice) }
    await store.close()

    #expect(try await owner.history(of: person.account, since: 0, after: nil, limit: 9) == [message.kept])
    await owner.close()
  }

  @Test("Web nodes and operators do all that pages and commands offer", arguments: [DatabaseRoles.Role.web, .operator])
  func pages(role: DatabaseRoles.Role) async throws {
    let roles = try await onThread { try DatabaseRoles() }
    let store = try await Self.store(roles, as: role)
    let invitation = Invitation(digest: [1, 2], created: 5, expires: 9, uses: 2, makesAdministrator: true)
    try await store.invite(invitation)
    #expect(try await store.invitations(now: 6) == [invitation])
    let (alice, bob) = (try UserHandle.named("alice"), try UserHandle.named("bob"))
    let account = NewAccount(handle: alice, name: FriendlyName(alice), passwordHash: "hash") { _ in [7] }
    guard case .made(let number) = try await store.join(account, invitation: [1, 2], now: 6),
      case .made = try await store.join(
        NewAccount(handle: bob, name: FriendlyName(bob), passwordHash: "hash"), invitation: nil, now: 6)
    else {
      Issue.record("nobody may join")
      return
    }
    #expect(try await store.revokeInvitation([1])?.uses == 1)
    #expect(try await store.credentials(of: alice)?.sealedOldPassword == [7])
    #expect(try await store.hasAdministrator())

    try await store.openPageSession([9], of: number, now: 1_000)
    #expect(try await store.visitor([9], now: 2_000, idle: 5_000, age: 9_000)?.account == number)
    #expect(try await store.setPasswordHash(of: number, to: "other", keeping: [9]))
    #expect(try await store.closePageSessions(of: number, but: nil) == 1)
    try await store.closePageSession([9])
    try await store.sweepPageSessions(now: 9_000, idle: 1, age: 1)

    #expect(try await store.setOldPassword(of: number, sealed: nil))
    #expect(try await store.setProfile(of: number, to: try EveryStore.Members.profile()))
    #expect(try await store.setPicture(of: number, to: MemberPicture(type: "image/gif", bytes: [1])))
    #expect(try await store.setPicture(of: number, to: MemberPicture(type: "image/gif", bytes: [2])))
    #expect(try await store.picture(of: number)?.bytes == [2])
    #expect(try await store.setKeepsHistory(of: number, true))
    #expect(try await store.history(of: number, since: 0, after: nil, limit: 9).isEmpty)
    #expect(try await store.conversations(of: number, since: 0, before: nil, limit: 9).isEmpty)
    #expect(try await store.forgetHistory(of: number, conversation: nil) == 0)
    #expect(try await store.sweepHistory(before: 9, limit: 9) == 0)

    let run = NodeRun(name: "ns-1", epoch: 7)
    let server = try await Self.store(roles, as: .notification)
    _ = try #require(try await server.claim(number, for: run))
    await server.close()
    #expect(try await store.signedInCount() == 1)
    #expect(try await store.signedIn(limit: 9).map(\.session.run) == [run])
    #expect(try await store.session(of: alice)?.state.account == number)
    #expect(try await store.session(of: bob) == nil)

    #expect(try await store.rename(alice, to: .named("ally"))?.account == number)
    #expect(try await store.makeMutual([(alice, bob)]).unknown.isEmpty)
    #expect(try await store.snapshot(of: number)?.contacts.count == 1)
    #expect(try await store.setBanned(bob, true) != nil)
    #expect(try await store.setAdministrator(alice, false) == number)
    #expect(try await store.members(after: nil, search: "a", limit: 9).count == 2)
    #expect(try await store.remove(alice)?.account == number)
    await store.close()
  }

  /// An account that the operator has made.
  private static func person(_ handle: UserHandle, _ roles: DatabaseRoles) async throws -> Person {
    let people = try await store(roles, as: .operator)
    let account = NewAccount(handle: handle, name: FriendlyName(handle), passwordHash: "hash")
    let made = try #require(try await people.create([account])[handle])
    await people.close()
    return Person(account: made, handle: handle, name: FriendlyName(handle))
  }
}
