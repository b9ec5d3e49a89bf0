import MSNP
import Roster

/// What a store makes of the rows of twenty rosters with fifty contacts each: handles, names and GUIDs, looked at as
/// strictly as what clients send.
enum Reading {
  private static let count = 20

  static func prepared() -> () -> Void {
    let rows = (1...50).map { number in
      (
        account: AccountID(Int64(number)), handle: "person\(number)@example.com", name: "Person \(number) of Örebro",
        guid: GUID(high: 1, low: UInt64(number)).description
      )
    }
    return {
      for _ in 0..<count {
        let contacts = rows.compactMap { row -> RosterContact? in
          guard let handle = UserHandle(row.handle), let name = try? FriendlyName(row.name), let guid = GUID(row.guid)
          else { return nil }
          return RosterContact(account: row.account, handle: handle, storedName: name, ownName: name, guid: guid)
        }
        precondition(contacts.count == rows.count, "\(contacts.count) contacts instead of \(rows.count)")
        precondition(AccountSet(contacts.map(\.account)).count == rows.count, "contacts are missing")
      }
    }
  }
}
