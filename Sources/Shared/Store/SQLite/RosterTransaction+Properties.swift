import GRDB
import MSNP
import Roster

extension RosterTransaction {
  func setProperty(_ property: ContactProperty, to value: String?) throws -> ChangeOutcome {
    let before = try database.properties(of: owner.account)
    let value = RosterTransaction.legal(value, of: property)
    var after = before
    after[property] = value
    try store(value, of: property)

    var outcome = try done()
    let changed = ContactProperty.shown.filter { before[$0] != after[$0] }
    guard !changed.isEmpty else { return outcome }
    for watcher in try admittedWatchers() {
      outcome.notices.append(try notice(.properties(owner.handle, changed, after), to: watcher))
    }
    return outcome
  }

  /// Tells somebody who was put on the allow list, or taken off it, what he now sees of the owner's properties
  /// (reference, section 6). Nobody is told who does not have the owner on the forward list, and nothing that was
  /// blank and is blank.
  func disclose(to other: AccountID, isAllowed: Bool) throws -> [Notice] {
    guard try database.isContact(owner.account, on: .forward, of: other) else { return [] }
    let properties = try database.properties(of: owner.account)
    guard ContactProperty.shown.contains(where: { properties[$0] != ContactProperties.blank[$0] }) else { return [] }
    let news = Notice.News.properties(owner.handle, ContactProperty.shown, isAllowed ? properties : .blank)
    return [try notice(news, to: other)]
  }

  /// Who has the owner on the forward list and is on the owner's allow list.
  private func admittedWatchers() throws -> [AccountID] {
    try database.accounts(
      """
      SELECT theirs.owner FROM contact theirs
      JOIN contact mine ON mine.owner = theirs.contact AND mine.contact = theirs.owner AND mine.lists & 2
      WHERE theirs.contact = ? AND theirs.lists & 1 ORDER BY theirs.owner
      """, [owner.account.rawValue])
  }

  private func store(_ value: String?, of property: ContactProperty) throws {
    guard let value else {
      return try database.run(
        "DELETE FROM property WHERE owner = ? AND key = ?", [owner.account.rawValue, property.rawValue])
    }
    try database.run(
      """
      INSERT INTO property (owner, key, value) VALUES (?, ?, ?)
      ON CONFLICT (owner, key) DO UPDATE SET value = excluded.value
      """, [owner.account.rawValue, property.rawValue, value])
  }

  /// The value to store: an empty number is none, a switch that is neither `Y` nor `N` is `N`.
  private static func legal(_ value: String?, of property: ContactProperty) -> String? {
    guard let value else { return nil }
    return switch property {
    case .homePhone, .workPhone, .mobilePhone: value.isEmpty ? nil : value
    case .mobileAllowed, .mobileEnabled: value == "Y" ? "Y" : "N"
    }
  }
}
