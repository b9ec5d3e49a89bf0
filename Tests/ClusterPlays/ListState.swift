import PostgreSQL
import TestKit

/// Somebody's lists as that person knows them.
struct ListState: Hashable, Sendable {
  struct Contact: Hashable, Sendable {
    /// FL 1, AL 2, BL 4, as in the database.
    var lists: Int
    var name: String
  }

  var contacts: [String: Contact] = [:]
  var groups: [Int: String] = [:]
  var phone: String?

  static let bits = ["FL": 1, "AL": 2, "BL": 4]

  /// What the database holds of an account.
  init(of handle: String, on cluster: ClusterServer) throws {
    let contacts = """
      SELECT other.handle, lists, contact.name FROM contact JOIN account AS other ON other.id = contact
        JOIN account AS own ON own.id = owner WHERE own.handle = $1
      """
    for row in try cluster.query(contacts, [.text(handle)]) {
      self.contacts[try row.text(0)] = Contact(lists: try row.integer(1), name: try row.text(2))
    }
    let groups = """
      SELECT number, contact_group.name FROM contact_group JOIN account ON account.id = owner WHERE handle = $1
      """
    for row in try cluster.query(groups, [.text(handle)]) where try row.integer(0) != 0 {
      self.groups[try row.integer(0)] = try row.text(1)
    }
    let phone = "SELECT value FROM property JOIN account ON account.id = owner WHERE handle = $1 AND key = 'PHH'"
    self.phone = try cluster.query(phone, [.text(handle)]).first?.text(0)
  }

  /// From the lines that `SYN` brought.
  init(_ burst: [[String]]) {
    for words in burst {
      switch words[0] {
      case "LSG" where words[5] != "0": groups[Int(words[5]) ?? 0] = words[6]
      case "PRP" where words[3] == "PHH": phone = words.count > 4 ? words[4] : nil
      case "LST" where words.count > 7:
        guard let bit = ListState.bits[words[2]] else { continue }
        contacts[words[6], default: Contact(lists: 0, name: words[7])].lists |= bit
      default: continue
      }
    }
  }
}

/// A change that somebody asks for; always one that the lists as they are permit.
enum ListChange: Hashable, Sendable {
  case add(String, String, name: String)
  case remove(String, String)
  case rename(String, name: String)
  case addGroup(Int, String)
  case renameGroup(Int, String)
  case removeGroup(Int)
  case phone(String)

  /// Any that is possible, by some number of its own.
  init(in state: ListState, among others: [String], number: Int) {
    let other = others.randomElement() ?? ""
    let contact = state.contacts[other]
    let lists = contact?.lists ?? 0
    switch Int.random(in: 0..<12) {
    case 0:
      let free = (1...29).first { state.groups[$0] == nil }
      if let free, state.groups.count < 20 { self = .addGroup(free, "g\(number)") } else { self = .phone("\(number)") }
    case 1: self = state.groups.keys.randomElement().map { .renameGroup($0, "g\(number)") } ?? .phone("\(number)")
    case 2: self = state.groups.keys.randomElement().map { .removeGroup($0) } ?? .phone("\(number)")
    case 3: self = .phone("\(number)")
    case 4 where lists & 1 != 0: self = .rename(other, name: "n\(number)")
    case 5, 6:
      self =
        lists & 2 != 0
        ? .remove("AL", other) : lists & 4 != 0 ? .remove("BL", other) : .add("AL", other, name: "n\(number)")
    case 7:
      self =
        lists & 4 != 0
        ? .remove("BL", other) : lists & 2 != 0 ? .remove("AL", other) : .add("BL", other, name: "n\(number)")
    default: self = lists & 1 != 0 ? .remove("FL", other) : .add("FL", other, name: "n\(number)")
    }
  }

  /// The line that asks for it.
  func line(_ transaction: Int) -> String {
    switch self {
    case .add("FL", let other, let name): "ADD \(transaction) FL \(other) \(name) 0"
    case .add(let list, let other, let name): "ADD \(transaction) \(list) \(other) \(name)"
    case .remove(let list, let other): "REM \(transaction) \(list) \(other)"
    case .rename(let other, let name): "REA \(transaction) \(other) \(name)"
    case .addGroup(_, let name): "ADG \(transaction) \(name) 0"
    case .renameGroup(let group, let name): "REG \(transaction) \(group) \(name) 0"
    case .removeGroup(let group): "RMG \(transaction) \(group)"
    case .phone(let phone): "PRP \(transaction) PHH \(phone)"
    }
  }

  /// The line that acknowledges it under a list version.
  func acknowledgement(_ transaction: Int, _ version: UInt32) -> String {
    switch self {
    case .add("FL", let other, let name): "ADD \(transaction) FL \(version) \(other) \(name) 0"
    case .add(let list, let other, let name): "ADD \(transaction) \(list) \(version) \(other) \(name)"
    case .remove(let list, let other): "REM \(transaction) \(list) \(version) \(other)"
    case .rename(let other, let name): "REA \(transaction) \(version) \(other) \(name)"
    case .addGroup(let group, let name): "ADG \(transaction) \(version) \(name) \(group) 0"
    case .renameGroup(let group, let name): "REG \(transaction) \(version) \(group) \(name) 0"
    case .removeGroup(let group): "RMG \(transaction) \(version) \(group)"
    case .phone(let phone): "PRP \(transaction) \(version) PHH \(phone)"
    }
  }

  /// Where the version stands in the acknowledgement.
  var versionIndex: Int {
    switch self {
    case .add, .remove: 3
    default: 2
    }
  }

  func make(in state: inout ListState) {
    switch self {
    case .add(let list, let other, let name):
      let bit = ListState.bits[list] ?? 0
      var contact = state.contacts[other] ?? ListState.Contact(lists: 0, name: name)
      if list == "FL" { contact.name = name }
      contact.lists |= bit
      state.contacts[other] = contact
    case .remove(let list, let other):
      state.contacts[other]?.lists &= ~(ListState.bits[list] ?? 0)
      if state.contacts[other]?.lists == 0 { state.contacts[other] = nil }
    case .rename(let other, let name): state.contacts[other]?.name = name
    case .addGroup(let group, let name), .renameGroup(let group, let name): state.groups[group] = name
    case .removeGroup(let group): state.groups[group] = nil
    case .phone(let phone): state.phone = phone
    }
  }
}
