import MSNP
import PostgreSQLStore
import Roster
import Store
import TestKit
import Testing

extension EveryStore {
  @Suite("Profiles at sign-in")
  struct SessionProfiles {
    @Test("A session begins with what the account tells of itself", arguments: StoreKind.allCases)
    func profile(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      var profile = MemberProfile()
      profile.language = 1031
      profile.country = "DE"
      profile.postalCode = "10115"
      profile.gender = .female
      #expect(try await stage.store.sessionRoster(of: alice.account)?.profile == MemberProfile())
      #expect(try await stage.store.setProfile(of: alice.account, to: profile))
      #expect(try await stage.store.sessionRoster(of: alice.account)?.profile == profile)
    }
  }
}

@Suite("The rights to keep histories", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
struct HistoryRightsTests {
  @Test("A switchboard's role has them alone", arguments: [DatabaseRoles.Role.switchboard, .dispatch, .web])
  func rights(role: DatabaseRoles.Role) async throws {
    let roles = try await onThread { try DatabaseRoles() }
    let store = try await onThread { try PostgreSQLStore(url: roles.url(of: role), connections: 2) }
    let isAllowed = try await store.mayKeepHistories()
    #expect(isAllowed == (role == .switchboard))
    await store.close()
  }

  @Test("Roles of an earlier release have not")
  func earlierRoles() async throws {
    let roles = try await onThread { try DatabaseRoles() }
    try await onThread { try roles.revoke("ALL ON history, history_keeper", from: .switchboard) }
    let store = try await onThread { try PostgreSQLStore(url: roles.url(of: .switchboard), connections: 2) }
    #expect(try await !store.mayKeepHistories())
    await store.close()
  }
}
