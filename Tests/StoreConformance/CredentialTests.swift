import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  @Suite("Credentials")
  struct Credentials {
    private struct SealFailure: Error {}

    /// Stands for a seal that is bound to the account's number.
    private static let seal: @Sendable (AccountID) throws -> [UInt8] = { [0, 255] + Array("\($0.rawValue)".utf8) }

    @Test("What an account was made with signs it in", arguments: StoreKind.allCases)
    func made(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try UserHandle.named("alice")
      let bob = try UserHandle.named("bob")
      let made = try await stage.store.create([
        NewAccount(handle: alice, name: FriendlyName(alice), passwordHash: "scrypt$a", sealOldPassword: Self.seal),
        NewAccount(handle: bob, name: FriendlyName(bob), passwordHash: "scrypt$b"),
      ])
      let first = try #require(made[alice])
      let second = try #require(made[bob])
      #expect(
        try await stage.store.credentials(of: alice)
          == StoredCredentials(account: first, passwordHash: "scrypt$a", sealedOldPassword: Self.seal(first)))
      #expect(try await stage.store.account(alice)?.sealedOldPassword == Self.seal(first))
      #expect(
        try await stage.store.credentials(of: bob)
          == StoredCredentials(account: second, passwordHash: "scrypt$b", sealedOldPassword: nil))
    }

    @Test("A new password replaces both, or removes the old-client password", arguments: StoreKind.allCases)
    func replaced(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      let sealed = try Self.seal(alice.account)
      #expect(
        try await stage.store.setPassword(alice.handle, hash: "second", sealOldPassword: Self.seal) == alice.account)
      #expect(
        try await stage.store.credentials(of: alice.handle)
          == StoredCredentials(account: alice.account, passwordHash: "second", sealedOldPassword: sealed))
      #expect(try await stage.store.setPassword(alice.handle, hash: "third", sealOldPassword: nil) == alice.account)
      #expect(
        try await stage.store.credentials(of: alice.handle)
          == StoredCredentials(account: alice.account, passwordHash: "third", sealedOldPassword: nil))
      #expect(try await stage.version(alice) == 1)
    }

    @Test("A password that cannot be sealed leaves everything as it was", arguments: StoreKind.allCases)
    func unsealed(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      let bob = try UserHandle.named("bob")
      let carol = try UserHandle.named("carol")
      await #expect(throws: StoreFailure.self) {
        try await stage.store.setPassword(alice.handle, hash: "other") { _ in throw SealFailure() }
      }
      await #expect(throws: StoreFailure.self) {
        try await stage.store.create([
          NewAccount(handle: bob, name: FriendlyName(bob), passwordHash: "b"),
          NewAccount(handle: carol, name: FriendlyName(carol), passwordHash: "c") { _ in throw SealFailure() },
        ])
      }
      #expect(try await stage.store.credentials(of: alice.handle)?.passwordHash == "hash")
      #expect(try await stage.store.account(bob) == nil)
      #expect(try await stage.store.account(carol) == nil)
    }
  }
}
