import MSNP

/// The people the client knows of: lists, names and presence.
struct ContactBook {
  struct Contact: Hashable {
    let handle: UserHandle
    var name: String
    var status = Status.offline
    var lists: ListMembership = []
    /// How `REM` names the contact from MSNP10.
    var guid: String?
    /// What the contact says under its name (MSNP11).
    var personal = ""
  }

  /// Who was meant by something typed.
  enum Match: Hashable {
    case one(UserHandle)
    case several([UserHandle])
    case nobody
  }

  private var people: [UserHandle: Contact] = [:]
  /// What somebody is on who has added us and waits for an answer.
  private let waiting: ListMembership

  init(_ dialect: Dialect) { waiting = dialect.has(.pendingList) ? .pending : .reverse }

  func contact(_ handle: UserHandle) -> Contact? { people[handle] }

  func name(of handle: UserHandle) -> String { people[handle]?.name ?? handle.text }

  mutating func put(_ handle: UserHandle, on lists: ListMembership, name: String?, guid: String? = nil) {
    change(handle) { contact in
      contact.lists.formUnion(lists)
      if let guid { contact.guid = guid }
      // The forward list holds the name as it was seen last; other lists only fill a gap.
      if let name, lists.contains(.forward) || contact.name == handle.text { contact.name = name }
    }
  }

  mutating func take(_ handle: UserHandle, off lists: ListMembership) {
    change(handle) { contact in
      contact.lists.subtract(lists)
      guard lists.contains(.forward) else { return }
      contact.status = .offline
      contact.guid = nil
    }
  }

  /// Notes what a contact says; answers whether that is another text than before.
  mutating func hear(_ handle: UserHandle, saying text: String) -> Bool {
    let isNew = people[handle]?.personal != text
    change(handle) { $0.personal = text }
    return isNew
  }

  /// The contact of a GUID.
  func handle(of guid: String) -> UserHandle? { people.values.first { $0.guid == guid }?.handle }

  /// Notes presence, and the name if there is one.
  mutating func hear(_ handle: UserHandle, _ status: Status, name: String?) {
    change(handle) { contact in
      contact.status = status
      if let name { contact.name = name }
    }
  }

  /// Notes the name of somebody met in a conversation.
  mutating func note(_ handle: UserHandle, name: String?) {
    change(handle) { contact in
      if let name { contact.name = name }
    }
  }

  private mutating func change(_ handle: UserHandle, _ work: (inout Contact) -> Void) {
    work(&people[handle, default: Contact(handle: handle, name: handle.text)])
  }

  /// The forward list: who is online first, then by name.
  var contacts: [Contact] {
    people.values.filter { $0.lists.contains(.forward) }.sorted { left, right in
      if left.status.isVisible != right.status.isVisible { return left.status.isVisible }
      let names = (left.name.lowercased(), right.name.lowercased())
      return names.0 == names.1 ? left.handle < right.handle : names.0 < names.1
    }
  }

  /// Those who have added us and of whom we have decided nothing.
  var newcomers: [UserHandle] {
    people.values
      .filter { $0.lists.contains(waiting) && $0.lists.isDisjoint(with: [.forward, .allow, .block]) }
      .map(\.handle).sorted()
  }

  /// Finds who is meant by an address, or by a part of the name or address of one contact.
  func find(_ words: String) -> Match {
    if let handle = UserHandle(words) { return .one(handle) }
    let wanted = words.lowercased()
    guard !wanted.isEmpty else { return .nobody }
    let exact = contacts.filter { $0.name.lowercased() == wanted }
    let found = exact.isEmpty ? contacts.filter { $0.contains(wanted) } : exact
    switch found.count {
    case 0: return .nobody
    case 1: return .one(found[0].handle)
    default: return .several(found.map(\.handle))
    }
  }
}

extension ContactBook.Contact {
  fileprivate func contains(_ words: String) -> Bool {
    name.lowercased().contains(words) || handle.text.contains(words)
  }

  /// `Bob <bob@example.com>: away, blocked`, and what he says
  var line: String {
    let title = name == handle.text ? handle.text : "\(name) <\(handle)>"
    let text = status.isVisible && !personal.isEmpty ? " - \(personal)" : ""
    return "\(title): \(status.words)\(lists.contains(.block) ? ", blocked" : "")\(text)"
  }
}
