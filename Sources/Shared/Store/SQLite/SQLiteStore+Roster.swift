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
    guard let owner = try database.account(account),
      let profile = try database.row("SELECT profile FROM account WHERE id = ? AND NOT banned", [account.rawValue])
    else { return nil }
    var contacts: [(account: AccountID, lists: ListMembership)] = []
    let query = "SELECT contact, lists FROM contact WHERE owner = ? ORDER BY contact"
    try database.forEachRow(query, [account.rawValue]) { contacts.append(($0.account(0), $0.lists(1))) }
    func members(of list: ListMembership) -> AccountSet {
      var members: [AccountID] = []
      // Sessions keep these: no room for more.
      members.reserveCapacity(contacts.count { $0.lists.contains(list) })
      for contact in contacts where contact.lists.contains(list) { members.append(contact.account) }
      return AccountSet(members)
    }
    return SessionRoster(
      handle: owner.handle, name: owner.name,
      privacy: Privacy(mode: owner.privacyMode, allowed: members(of: .allow), blocked: members(of: .block)),
      forward: members(of: .forward), version: owner.version, profile: .forSignIn(profile[0]))
  }
}
