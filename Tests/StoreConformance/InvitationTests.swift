import MSNP
import Roster
import Store
import Testing

extension EveryStore {
  @Suite("Invitations")
  struct Invitations {
    private static let now = Int64(1_700_000_000)

    private static func invitation(
      _ first: UInt8, created: Int64 = now, days: Int64 = 1, uses: Int = 1, administrator: Bool = false,
      note: String = ""
    ) -> Invitation {
      Invitation(
        digest: [first] + [UInt8](repeating: 0xfe, count: 31), created: created, expires: created + days * 86_400,
        uses: uses, makesAdministrator: administrator, note: note)
    }

    private static func account(_ name: String, seal: (@Sendable (AccountID) throws -> [UInt8])? = nil) throws
      -> NewAccount
    {
      NewAccount(handle: try .named(name), name: try .named(name), passwordHash: "hash \(name)", sealOldPassword: seal)
    }

    @Test("Good invitations are listed, the newest first", arguments: StoreKind.allCases)
    func listed(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let old = Self.invitation(1, created: Self.now - 10, days: 2, uses: 3, note: "for the club's \\ 🐈")
      let new = Self.invitation(2, administrator: true)
      let short = Self.invitation(3, created: Self.now - 86_390, days: 1)
      for invitation in [short, old, new] { try await stage.store.invite(invitation) }
      #expect(try await stage.store.invitations(now: Self.now) == [new, old, short])
      #expect(try await stage.store.invitations(now: Self.now + 9) == [new, old, short])
      #expect(try await stage.store.invitations(now: Self.now + 10) == [new, old])
      await #expect(throws: StoreFailure.self) { try await stage.store.invite(new) }
    }

    @Test("An invitation is good for so many accounts, sealed and complete", arguments: StoreKind.allCases)
    func uses(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let invitation = Self.invitation(1, uses: 2)
      try await stage.store.invite(invitation)
      let alice = try Self.account("alice") { Array("sealed \($0.rawValue)".utf8) }
      guard case .made(let number) = try await stage.store.join(alice, invitation: invitation.digest, now: Self.now)
      else { return #expect(Bool(false), "alice was refused") }
      #expect(
        try await stage.store.credentials(of: alice.handle)
          == StoredCredentials(
            account: number, passwordHash: "hash alice", sealedOldPassword: Array("sealed \(number.rawValue)".utf8)))
      let person = Person(account: number, handle: alice.handle, name: alice.name)
      #expect(
        try await stage.snapshot(person)
          == RosterSnapshot(
            version: ListVersion(1), name: alice.name, privacyMode: .allow, reversePrompt: .ask,
            groups: [RosterSnapshot.Group(number: .zero, name: "~")]))
      #expect(try await stage.store.member(number)?.isAdministrator == false)
      #expect(try await stage.store.invitations(now: Self.now).map(\.uses) == [1])
      let bob = try Self.account("bob")
      guard case .made = try await stage.store.join(bob, invitation: invitation.digest, now: Self.now)
      else { return #expect(Bool(false), "bob was refused") }
      #expect(try await stage.store.invitations(now: Self.now).isEmpty)
      #expect(
        try await stage.store.join(try Self.account("carol"), invitation: invitation.digest, now: Self.now)
          == .invitationRefused)
      #expect(try await stage.store.memberCount() == 2)
    }

    @Test("A handle that is taken costs no use, and leaves the account as it is", arguments: StoreKind.allCases)
    func taken(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      let invitation = Self.invitation(1, administrator: true)
      try await stage.store.invite(invitation)
      #expect(
        try await stage.store.join(try Self.account("alice"), invitation: invitation.digest, now: Self.now)
          == .handleTaken)
      #expect(try await stage.store.join(try Self.account("alice"), invitation: nil, now: Self.now) == .handleTaken)
      #expect(try await stage.store.invitations(now: Self.now) == [invitation])
      #expect(try await stage.store.passwordHash(of: alice.account) == "hash")
      #expect(try await stage.store.hasAdministrator() == false)
    }

    @Test("What is unknown, expired or taken back lets nobody in", arguments: StoreKind.allCases)
    func refused(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let (expiring, revoked) = (Self.invitation(1), Self.invitation(2))
      try await stage.store.invite(expiring)
      try await stage.store.invite(revoked)
      #expect(try await stage.store.revokeInvitation([2]) == revoked)
      let alice = try Self.account("alice")
      #expect(try await stage.store.join(alice, invitation: [1], now: Self.now) == .invitationRefused)
      #expect(try await stage.store.join(alice, invitation: [], now: Self.now) == .invitationRefused)
      #expect(try await stage.store.join(alice, invitation: revoked.digest, now: Self.now) == .invitationRefused)
      #expect(
        try await stage.store.join(alice, invitation: expiring.digest, now: expiring.expires) == .invitationRefused)
      #expect(try await stage.store.memberCount() == 0)
      guard case .made = try await stage.store.join(alice, invitation: expiring.digest, now: expiring.expires - 1)
      else { return #expect(Bool(false), "a good invitation was refused") }
    }

    @Test(
      "An invitation may make an administrator; where everybody may join none is needed", arguments: StoreKind.allCases)
    func administrator(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let invitation = Self.invitation(1, administrator: true)
      try await stage.store.invite(invitation)
      guard
        case .made(let alice) = try await stage.store.join(
          try Self.account("alice"), invitation: invitation.digest, now: Self.now),
        case .made(let bob) = try await stage.store.join(try Self.account("bob"), invitation: nil, now: Self.now)
      else { return #expect(Bool(false), "somebody was refused") }
      #expect(try await stage.store.member(alice)?.isAdministrator == true)
      #expect(try await stage.store.member(bob)?.isAdministrator == false)
    }

    @Test("A password that cannot be sealed costs no use", arguments: StoreKind.allCases)
    func unsealed(kind: StoreKind) async throws {
      struct SealFailure: Error {}
      let stage = try Stage(kind)
      let invitation = Self.invitation(1)
      try await stage.store.invite(invitation)
      await #expect(throws: StoreFailure.self) {
        try await stage.store.join(
          try Self.account("alice") { _ in throw SealFailure() }, invitation: invitation.digest, now: Self.now)
      }
      #expect(try await stage.store.invitations(now: Self.now) == [invitation])
      #expect(try await stage.store.memberCount() == 0)
    }

    @Test("Of many who use the same invitation at once as many get in as it is for", arguments: StoreKind.allCases)
    func atOnce(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      for (round, uses) in [(UInt8(1), 1), (2, 1), (3, 3)] {
        let invitation = Self.invitation(round, uses: uses)
        try await stage.store.invite(invitation)
        let outcomes = try await withThrowingTaskGroup(of: JoinOutcome.self) { group in
          for number in 1...8 {
            group.addTask {
              try await stage.store.join(
                try Self.account("user-\(round)-\(number)"), invitation: invitation.digest, now: Self.now)
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { if case .made = $0 { true } else { false } } == uses)
        #expect(outcomes.count { $0 == .invitationRefused } == 8 - uses)
      }
      #expect(try await stage.store.memberCount() == 5)
      #expect(try await stage.store.invitations(now: Self.now).isEmpty)
    }

    @Test("Of many who want the same handle at once one gets it, for one use", arguments: StoreKind.allCases)
    func sameHandle(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let invitation = Self.invitation(1, uses: 5)
      try await stage.store.invite(invitation)
      let outcomes = try await withThrowingTaskGroup(of: JoinOutcome.self) { group in
        for _ in 1...8 {
          group.addTask {
            try await stage.store.join(try Self.account("alice"), invitation: invitation.digest, now: Self.now)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.count { if case .made = $0 { true } else { false } } == 1)
      #expect(outcomes.count { $0 == .handleTaken } == 7)
      #expect(try await stage.store.invitations(now: Self.now).map(\.uses) == [4])
    }

    @Test(
      "An invitation is taken back by the beginning of its digest, if that is one's alone",
      arguments: StoreKind.allCases)
    func revoked(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      var (one, other) = (Self.invitation(7), Self.invitation(7))
      one.digest[3] = 1
      other.digest[3] = 2
      try await stage.store.invite(one)
      try await stage.store.invite(other)
      #expect(try await stage.store.revokeInvitation([]) == nil)
      #expect(try await stage.store.revokeInvitation([8]) == nil)
      #expect(try await stage.store.revokeInvitation([7, 0xfe, 0xfe]) == nil)
      #expect(try await stage.store.revokeInvitation(one.digest + [0]) == nil)
      #expect(try await stage.store.revokeInvitation([7, 0xfe, 0xfe, 2]) == other)
      #expect(try await stage.store.revokeInvitation([7]) == one)
      #expect(try await stage.store.invitations(now: Self.now).isEmpty)
    }
  }
}
