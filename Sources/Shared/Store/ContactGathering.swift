import MSNP
import Roster

/// The contacts of a snapshot, while a store reads them: first those with a row of the account's own, in ascending order
/// of account number, and then what other rows tell of them.
package struct ContactGathering: Sendable {
  private var own: [RosterContact] = []
  /// Who is on the reverse list alone.
  private var others: [RosterContact] = []

  package init() {}

  /// A contact of the account's own; of a higher account number than those before.
  package mutating func add(_ contact: RosterContact) { own.append(contact) }

  /// Puts one of the account's own contacts on the reverse list; false when the contact is none.
  package mutating func reverse(_ account: AccountID, _ pending: PendingState) -> Bool {
    guard let index = index(of: account) else { return false }
    own[index].lists.insert(.reverse)
    own[index].pending = pending
    return true
  }

  /// Somebody on the reverse list who is none of the account's own contacts.
  package mutating func add(reverse contact: RosterContact, _ pending: PendingState) {
    var contact = contact
    contact.lists.insert(.reverse)
    contact.pending = pending
    others.append(contact)
  }

  /// What one of the account's own contacts lets it see.
  package mutating func set(_ property: ContactProperty, _ value: String, of account: AccountID) {
    if let index = index(of: account) { own[index].properties[property] = value }
  }

  /// What the account keeps of one of its own contacts.
  package mutating func set(_ note: ContactNote, _ value: String, of account: AccountID) {
    if let index = index(of: account) { own[index].notes[note] = value }
  }

  /// All of them in ascending order of account number.
  package var contacts: [RosterContact] {
    others.isEmpty ? own : (own + others).sorted { $0.account < $1.account }
  }

  private func index(of account: AccountID) -> Int? {
    var low = 0
    var high = own.count
    while low < high {
      let middle = (low + high) / 2
      if own[middle].account < account { low = middle + 1 } else { high = middle }
    }
    return low < own.count && own[low].account == account ? low : nil
  }
}
