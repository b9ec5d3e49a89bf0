import MSNP

// Whom the lists hold, and what changes them. Up to MSNP9 contacts go by their handles and answers carry the version of
// the lists; from MSNP10 contacts go by GUID, and who has added us is pending until it is answered.
extension ChatMachine {
  /// What this client can do beyond its dialect, as `CHG` says it: nothing.
  var capabilities: Int? { dialect.has(.capabilities) ? 0 : nil }

  /// Puts somebody on the forward list, and on the allow list as the clients of old did.
  mutating func add(_ words: String) {
    guard let person = UserHandle(words) else { return show("Give an address: /add bob@example.com.") }
    if dialect.has(.contactGUIDs) {
      ask(.add(person), .ADC, ContactList.forward, "N=\(person)", "F=\(person)")
    } else {
      ask(.add(person), .ADD, ContactList.forward, person, person)
    }
    let lists = book.contact(person)?.lists ?? []
    if lists.isDisjoint(with: [.allow, .block]) { put(person, on: .allow, .quiet) }
    answer(person)
  }

  mutating func remove(_ person: UserHandle) {
    guard dialect.has(.contactGUIDs) else { return ask(.remove(person), .REM, ContactList.forward, person) }
    guard let guid = book.contact(person)?.guid else { return show("\(person) is not one of your contacts.") }
    ask(.remove(person), .REM, ContactList.forward, guid)
  }

  mutating func block(_ person: UserHandle) {
    let lists = book.contact(person)?.lists ?? []
    if lists.contains(.allow) { ask(.quiet, .REM, ContactList.allow, person) }
    put(person, on: .block, .block(person))
    answer(person)
  }

  mutating func unblock(_ person: UserHandle) {
    let lists = book.contact(person)?.lists ?? []
    guard lists.contains(.block) else { return show("\(book.name(of: person)) is not blocked.") }
    ask(.quiet, .REM, ContactList.block, person)
    put(person, on: .allow, .unblock(person))
  }

  private mutating func put(_ person: UserHandle, on list: ContactList, _ purpose: Asked) {
    if dialect.has(.contactGUIDs) {
      ask(purpose, .ADC, list, "N=\(person)")
    } else {
      ask(purpose, .ADD, list, person, person)
    }
  }

  /// Moves somebody who waited to the reverse list, behind the command that decided.
  private mutating func answer(_ person: UserHandle) {
    guard book.contact(person)?.lists.contains(.pending) == true else { return }
    ask(.quiet, .ADC, ContactList.reverse, "N=\(person)")
    ask(.quiet, .REM, "PL", person)
  }
}

// What the server tells of them.
extension ChatMachine {
  /// One contact of the burst:
  ///
  ///     LST 5 FL 255 1 2 bob@example.com Bob 1                   MSNP2-7; LST 5 BL 255 0 0 for an empty list
  ///     LST bob@example.com Bob 11 1                             MSNP8-9
  ///     LST N=bob@example.com F=Bob C=<guid> 11 1 <guid>         from MSNP10
  mutating func listed(_ line: Line) {
    if dialect.has(.contactGUIDs) {
      guard let contact = line.contact(from: 0) else { return }
      let bits = (0..<line.count).lazy.compactMap { line.number($0, as: UInt8.self) }.first
      book.put(contact.handle, on: ListMembership(rawValue: bits ?? 0), name: contact.name, guid: contact.guid)
    } else if dialect.has(.combinedLists) {
      guard let contact = line.handle(0), let bits = line.number(2, as: UInt8.self) else { return }
      book.put(contact, on: ListMembership(rawValue: bits), name: line.name(1))
    } else {
      guard let lists = line.lists(1), let contact = line.handle(5) else { return }
      book.put(contact, on: lists, name: line.name(6))
    }
  }

  /// `ADD 12 FL 256 bob@example.com Bob 0`, or `ADD 0 RL 258 erin@example.com Erin` when somebody else did it; what an
  /// operator does to our own lists bears 0 as well. From MSNP10 `ADC 12 FL N=bob@example.com F=Bob C=<guid>`.
  mutating func added(_ line: Line) {
    guard let lists = line.lists(1) else { return }
    let contact =
      line.verb == .ADC ? line.contact(from: 2) : line.handle(3).map { (handle: $0, name: line.name(4), guid: nil) }
    guard let (handle, name, guid) = contact else { return }
    let isNewcomer = lists == .reverse && line.transactionID == .unsolicited
    book.put(handle, on: isNewcomer && dialect.has(.pendingList) ? .pending : lists, name: name, guid: guid)
    switch finishAsked(line) {
    case .add(let contact): show("\(contact) is one of your contacts now.")
    case .block(let contact): show("\(book.name(of: contact)) is blocked: they see you offline and cannot call you.")
    case .unblock(let contact): show("\(book.name(of: contact)) is not blocked any more.")
    case nil where isNewcomer: tellOfNewcomer(handle)
    case nil where lists == .forward: show("\(book.name(of: handle)) is one of your contacts now.")
    default: break
    }
  }

  /// `REM 14 FL 257 dave@example.com`, or `REM 0 RL 258 alice@example.com`; from MSNP10 `REM 14 FL <guid>` and
  /// `REM 0 RL alice@example.com`.
  mutating func removed(_ line: Line) {
    guard let lists = line.lists(1) else { return }
    let place = dialect.has(.listVersions) ? 3 : 2
    guard let contact = line.handle(place) ?? line.text(place).flatMap(book.handle(of:)) else { return }
    let name = book.name(of: contact)
    // Whoever takes us off waits for no answer any more.
    book.take(contact, off: lists == .reverse ? [.reverse, .pending] : lists)
    let isOperatorsDoing = lists == .forward && line.transactionID == .unsolicited
    if case .remove = finishAsked(line) {
      show("\(name) is not one of your contacts any more.")
    } else if isOperatorsDoing {
      show("\(name) is not one of your contacts any more: the account was removed.")
    }
  }

  mutating func tellOfNewcomer(_ handle: UserHandle) {
    let isContact = book.contact(handle)?.lists.contains(.forward) ?? false
    let advice = isContact ? "" : " (/add \(handle) adds them to your contacts, /block \(handle) hides you from them)"
    show("\(book.name(of: handle)) has added you\(advice).")
  }
}

extension Line {
  /// The list that the argument names.
  fileprivate func lists(_ index: Int) -> ListMembership? {
    isWord(index, "PL") ? .pending : text(index).flatMap(ContactList.init).map(ListMembership.init)
  }

  /// `N=bob@example.com F=Bob C=<guid>`, of which the last two may be absent.
  fileprivate func contact(from first: Int) -> (handle: UserHandle, name: String?, guid: String?)? {
    func field(_ letter: Character) -> String? {
      (first..<max(first, count)).lazy.compactMap { text($0) }.first { $0.hasPrefix("\(letter)=") }
        .map { String($0.dropFirst(2)) }
    }
    guard let handle = field("N").flatMap({ UserHandle($0) }) else { return nil }
    let name = field("F").map { PercentEncoding.decode($0.utf8) ?? $0 }
    return (handle, name, field("C"))
  }
}
