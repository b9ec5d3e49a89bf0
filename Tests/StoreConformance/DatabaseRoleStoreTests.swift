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

    await Self.expectRefusal { _ = try await store.create(accounts) }
    await Self.expectRefusal { _ = try await store.remove(handles[0]) }
    await Self.expectRefusal { _ = try await store.setPassword(handles[0], hash: "x", sealOldPassword: nil) }
    await store.close()
  }

  @Test("A web node checks passwords, and sees nothing else of an account")
  func web() async throws {
    let roles = try await onThread { try DatabaseRoles() }
    let alice = try UserHandle.named("alice")
    let people = try await Self.store(roles, as: .operator)
    let account = NewAccount(handle: alice, name: FriendlyName(alice), passwordHash: "hash")
    let made = try #require(try await people.create([account])[alice])
    _ = try await people.setPassword(alice, hash: "other") { _ in [7] }
    await people.close()

    let store = try await Self.store(roles, as: .web)
    #expect(
      try await store.credentials(of: alice)
        == StoredCredentials(account: made, passwordHash: "other", sealedOldPassword: [7]))
    #expect(try await store.credentials(of: .named("nobody")) == nil)
    await Self.expectRefusal { _ = try await store.snapshot(of: made) }
    await Self.expectRefusal { _ = try await store.sessionRoster(of: made) }
    await Self.expectRefusal { _ = try await store.create([account]) }
    await Self.expectRefusal { _ = try await store.setPassword(alice, hash: "x", sealOldPassword: nil) }
    await Self.expectRefusal { _ = try await store.rename(alice, to: .named("ally")) }
    await Self.expectRefusal { _ = try await store.remove(alice) }
    await store.close()
  }
}
