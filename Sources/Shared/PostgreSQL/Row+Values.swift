import MSNP
import Roster
import Store

/// Values of the service in the columns of a row.
extension Row {
  /// A small number that tells rows apart.
  package func kind(_ column: Int32) throws(StoreFailure) -> Int { try integer(column) }

  package func account(_ column: Int32) throws(StoreFailure) -> AccountID { AccountID(try integer(column)) }

  package func handle(_ column: Int32) throws(StoreFailure) -> UserHandle {
    let text = try text(column)
    guard let handle = UserHandle(text) else { throw StoreFailure("'\(text)' in the store is not a user handle") }
    return handle
  }

  package func name(_ column: Int32) throws(StoreFailure) -> FriendlyName {
    let text = try text(column)
    do { return try FriendlyName(text) } catch { throw StoreFailure("'\(text)' in the store is not a friendly name") }
  }

  /// The name, which is mostly the same as another one.
  package func name(_ column: Int32, mostlyAs other: FriendlyName) throws(StoreFailure) -> FriendlyName {
    let isSame = read(column) { bytes in
      bytes.count == other.text.utf8.count && other.text.utf8.elementsEqual(bytes)
    }
    return isSame == true ? other : try name(column)
  }

  /// A set from an array of numbers.
  package func accounts(_ column: Int32) throws(StoreFailure) -> AccountSet {
    AccountSet(try integers(column).map { AccountID($0) })
  }

  package func version(_ column: Int32) throws(StoreFailure) -> ListVersion { ListVersion(try integer(column)) }

  package func lists(_ column: Int32) throws(StoreFailure) -> ListMembership {
    ListMembership(rawValue: try integer(column))
  }

  package func guid(_ column: Int32) throws(StoreFailure) -> GUID {
    if let guid = read(column, { GUID(characters: $0.bindMemory(to: UInt8.self)) }) { return guid }
    throw StoreFailure("'\(try text(column))' in the store is not a GUID")
  }

  /// How far somebody has been answered; nobody is waiting where an outer join found no row.
  package func pending(_ column: Int32) throws(StoreFailure) -> PendingState {
    guard !isNull(column) else { return .settled }
    return PendingState(rawValue: try integer(column)) ?? .settled
  }

  package func groups(_ column: Int32) throws(StoreFailure) -> GroupSet { GroupSet(rawValue: try integer(column)) }

  package func group(_ column: Int32) throws(StoreFailure) -> GroupNumber {
    let number: UInt8 = try integer(column)
    guard let group = GroupNumber(number) else { throw StoreFailure("\(number) in the store is not a group") }
    return group
  }
}
