import GRDB
import MSNP
import Roster
import Store

/// One change inside its transaction: reads the rows it needs, judges them by the rules of `Roster`, writes.
///
/// Refusals are thrown before anything is written, so a caller that makes several changes in one transaction may go on
/// after one. The changer's version is raised before anybody else's; someone who adds himself is given two.
struct RosterTransaction {
  let database: Database
  let owner: AccountRow
  let limits: ListLimits

  /// The transaction of a change by `account`, which has to exist.
  init(_ database: Database, by account: AccountID, limits: ListLimits) throws {
    guard let owner = try database.account(account) else { throw StoreFailure("\(account) is gone") }
    self.init(database, by: owner, limits: limits)
  }

  init(_ database: Database, by owner: AccountRow, limits: ListLimits) {
    self.database = database
    self.owner = owner
    self.limits = limits
  }

  func make(_ change: RosterChange) throws -> ChangeOutcome {
    switch change {
    case .add(let list, let handle, let name, let group): try add(handle, to: list, as: name, group: group)
    case .remove(let list, let handle, let group): try remove(handle, from: list, group: group)
    case .rename(let name): try rename(to: name)
    case .renameContact(let handle, let name): try renameContact(handle, to: name)
    case .setPrivacyMode(let mode): try setPrivacyMode(mode)
    case .setReversePrompt(let prompt): try setReversePrompt(prompt)
    case .setProperty(let property, let value): try setProperty(property, to: value)
    case .addGroup(let name): try addGroup(name)
    case .renameGroup(let group, let name): try renameGroup(group, to: name)
    case .removeGroup(let group): try removeGroup(group)
    }
  }

  /// Raises the changer's version; called once everything of the change itself is written.
  func done(_ result: ChangeOutcome.Result = .done) throws -> ChangeOutcome {
    ChangeOutcome(version: try database.raiseVersion(of: owner.account), result: result)
  }

  /// News for another account, under its version raised for it.
  func notice(_ news: Notice.News, to account: AccountID) throws -> Notice {
    Notice(account: account, version: try database.raiseVersion(of: account), news: news)
  }
}

// The own name and the two switches.
extension RosterTransaction {
  private func rename(to name: FriendlyName) throws -> ChangeOutcome {
    try database.rename(owner.account, to: name)
    return try done()
  }

  private func setPrivacyMode(_ mode: PrivacyMode) throws -> ChangeOutcome {
    guard mode != owner.privacyMode else { throw RosterRefusal.alreadyInMode }
    try database.run("UPDATE account SET privacy = ? WHERE id = ?", [mode.rawValue, owner.account.rawValue])
    return try done()
  }

  private func setReversePrompt(_ prompt: ReversePrompt) throws -> ChangeOutcome {
    guard prompt != owner.reversePrompt else { throw RosterRefusal.alreadyInMode }
    try database.run("UPDATE account SET prompt = ? WHERE id = ?", [prompt.rawValue, owner.account.rawValue])
    return try done()
  }
}
