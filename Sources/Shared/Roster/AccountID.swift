/// An account's number: given once, never reused, the same in every dialect and on every node.
public struct AccountID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public let rawValue: Int64
  public init(_ rawValue: Int64) { self.rawValue = rawValue }

  public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(Int64.self) }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  public static func < (left: AccountID, right: AccountID) -> Bool { left.rawValue < right.rawValue }
  public var description: String { "account \(rawValue)" }
}

/// A set of accounts as one sorted array: eight bytes a member, because every signed-in session holds three of them.
public struct AccountSet: Hashable, Sendable {
  public private(set) var members: [AccountID]

  public init(_ members: some Sequence<AccountID> = []) { self.init(Array(members)) }

  public init(_ members: [AccountID]) {
    // As stores read them.
    if zip(members, members.dropFirst()).allSatisfy({ $0 < $1 }) {
      self.members = members
      return
    }
    var sorted = members.sorted()
    var previous: AccountID?
    sorted.removeAll { account in
      defer { previous = account }
      return account == previous
    }
    self.members = sorted
  }

  public var isEmpty: Bool { members.isEmpty }
  public var count: Int { members.count }

  public func contains(_ account: AccountID) -> Bool {
    let index = firstIndex(notBelow: account)
    return index < members.count && members[index] == account
  }

  public mutating func insert(_ account: AccountID) {
    let index = firstIndex(notBelow: account)
    guard index == members.count || members[index] != account else { return }
    members.insert(account, at: index)
  }

  public mutating func remove(_ account: AccountID) {
    let index = firstIndex(notBelow: account)
    guard index < members.count, members[index] == account else { return }
    members.remove(at: index)
  }

  private func firstIndex(notBelow account: AccountID) -> Int {
    var low = 0
    var high = members.count
    while low < high {
      let middle = (low + high) / 2
      if members[middle] < account { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
