import GRDB
import MSNP
import Roster
import Store

extension SQLiteStore: RosterStore {
  public func sessionRoster(of account: AccountID, then: @escaping StoreAnswer<SessionRoster?, StoreFailure>) {
    // On the write queue: behind every change asked for before, see the protocol.
    write(
      { try SessionRoster.read(account, from: $0) },
      then: { then($0.mapError(StoreFailure.init(wrapping:))) })
  }

  public func snapshot(of account: AccountID, then: @escaping StoreAnswer<RosterSnapshot?, StoreFailure>) {
    read({ try RosterSnapshot.read(account, from: $0) }, then: then)
  }

  public func change(
    _ change: RosterChange, by account: AccountID, limits: ListLimits,
    then: @escaping StoreAnswer<ChangeOutcome, ChangeFailure>
  ) {
    write(
      { try RosterTransaction($0, by: account, limits: limits).make(change) },
      then: { result in
        then(
          result.mapError { error in
            if let refusal = error as? RosterRefusal { return .refused(refusal) }
            return .unavailable(StoreFailure(wrapping: error))
          })
      })
  }
}

extension SessionRoster {
  static func read(_ account: AccountID, from database: Database) throws -> SessionRoster? {
    guard let owner = try database.account(account), try !database.isBanned(account) else { return nil }
    func members(of list: ContactList) throws -> AccountSet {
      AccountSet(
        try database.accounts(
          "SELECT contact FROM contact WHERE owner = ? AND lists & ? ORDER BY contact",
          [account.rawValue, ListMembership(list).rawValue]))
    }
    let profile = try database.row("SELECT profile FROM account WHERE id = ?", [account.rawValue])?[0] as String?
    return SessionRoster(
      handle: owner.handle, name: owner.name,
      privacy: Privacy(
        mode: owner.privacyMode, allowed: try members(of: .allow), blocked: try members(of: .block)),
      forward: try members(of: .forward), version: owner.version, profile: .forSignIn(profile ?? ""))
  }
}
