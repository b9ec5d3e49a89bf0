import GRDB
import MSNP
import Roster
import Store

// What operators do that reaches into other accounts' lists.
extension SQLiteStore {
  public func remove(_ handle: UserHandle) async throws -> (account: AccountID, notices: [Notice])? {
    try await write { database in
      guard let leaver = try database.account(handle) else { return nil }
      return (leaver.account, try database.remove(leaver))
    }
  }

  public func makeMutual(
    _ pairs: [(UserHandle, UserHandle)]
  ) async throws -> (notices: [Notice], unknown: Set<UserHandle>) {
    try await write { database in
      var notices: [Notice] = []
      var unknown: Set<UserHandle> = []
      for (first, second) in pairs {
        let rows = try (database.account(first), database.account(second))
        if rows.0 == nil { unknown.insert(first) }
        if rows.1 == nil { unknown.insert(second) }
        guard let one = rows.0, let other = rows.1, one.account != other.account else { continue }
        notices += try database.admit(other, by: one)
        notices += try database.admit(one, by: other)
      }
      return (notices, unknown)
    }
  }
}

extension Database {
  /// Deletes the account; its rows and those about it go with it.
  fileprivate func remove(_ leaver: AccountFacts) throws -> [Notice] {
    let account = leaver.account.rawValue
    let forward = Set(
      try accounts("SELECT contact FROM contact WHERE owner = ? AND lists & 1", [account]))
    var lists: [AccountID: (ListMembership, GUID)] = [:]
    for row in try rows("SELECT owner, lists, guid FROM contact WHERE contact = ?", [account]) {
      lists[row.account(0)] = (ListMembership(rawValue: row[1]), try row.guid(2))
    }
    var notices: [Notice] = []
    for affected in forward.union(lists.keys).sorted() where affected != leaver.account {
      let version = try raiseVersion(of: affected)
      if let (lists, guid) = lists[affected] {
        let news = Notice.News.unlisted(lists, leaver.account, leaver.handle, guid)
        notices.append(Notice(account: affected, version: version, news: news))
      }
      guard forward.contains(affected) else { continue }
      notices.append(Notice(account: affected, version: version, news: .reverseRemoved(leaver.handle)))
    }
    try run("DELETE FROM account WHERE id = ?", [account])
    return notices
  }

  /// Puts `other` on the owner's forward and allow lists, as far as the rules let it. An operator's doing is not bound
  /// by the limits of lists.
  fileprivate func admit(_ other: AccountFacts, by owner: AccountFacts) throws -> [Notice] {
    let unlimited = ListLimits(forward: .max, allow: .max, block: .max, groups: .max)
    let transaction = RosterTransaction(self, by: owner, limits: unlimited)
    var notices: [Notice] = []
    func add(to list: ContactList) throws {
      let outcome = try transaction.make(.add(list, other.handle, other.name, group: nil))
      guard case .added(_, let guid, _, _) = outcome.result else { return }
      let news = Notice.News.listed(list, other.account, other.handle, other.name, guid)
      notices.append(Notice(account: owner.account, version: outcome.version, news: news))
      notices += outcome.notices
    }
    if try !isContact(other.account, on: .forward, of: owner.account) { try add(to: .forward) }
    do { try add(to: .allow) } catch RosterRefusal.alreadyThere, RosterRefusal.onOppositeList {}
    return notices
  }
}
