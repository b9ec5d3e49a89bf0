import MSNP

// What the user types.
extension ChatMachine {
  mutating func typed(_ text: String) {
    guard phase == .online else {
      earlyInput.append(text)
      return
    }
    guard text.contains(where: { !$0.isWhitespace }) else { return }
    guard text.hasPrefix("/"), !text.hasPrefix("//") else {
      return say(text.hasPrefix("//") ? String(text.dropFirst()) : text)
    }
    let words = text.dropFirst().split(separator: " ", maxSplits: 1)
    let rest = words.count > 1 ? words[1].trimmed : ""
    obey(words.first?.lowercased() ?? "", rest)
  }

  private mutating func obey(_ command: String, _ rest: String) {
    switch command {
    case "help": show(ChatWords.help)
    case "list": showContacts()
    case "chat": withPerson(rest, command) { $0.chat(with: $1) }
    case "invite": withPerson(rest, command) { $0.invite($1) }
    case "leave": leaveCurrent()
    case "status": changeStatus(rest)
    case "name": rename(rest)
    case "psm": say(personally: rest)
    case "add": add(rest)
    case "remove": withPerson(rest, command) { $0.remove($1) }
    case "block": withPerson(rest, command) { $0.block($1) }
    case "unblock": withPerson(rest, command) { $0.unblock($1) }
    case "quit": signOut()
    default: show("There is no command /\(command): /help shows them.")
    }
  }

  private mutating func withPerson(
    _ words: String, _ command: String, _ work: (inout ChatMachine, UserHandle) -> Void
  ) {
    guard !words.isEmpty else { return show("Say who: /\(command) bob@example.com, or part of a contact's name.") }
    switch book.find(words) {
    case .one(let person): work(&self, person)
    case .several(let people):
      show("That may be \(people.map(\.text).joined(separator: " or ")): say which.")
    case .nobody: show("No contact is called \(words): /list shows them, or give an address.")
    }
  }

  mutating func showContacts() {
    let contacts = book.contacts
    guard !contacts.isEmpty else { return show("You have no contacts yet: /add EMAIL adds one.") }
    let online = contacts.count { $0.status.isVisible }
    show((["Your contacts (\(online) of \(contacts.count) online):"] + contacts.map(\.line)).joined(separator: "\n"))
  }
}

// Conversations.
extension ChatMachine {
  private mutating func say(_ text: String) {
    guard let index = currentIndex else { return show("You are talking to nobody: /chat WHO begins a conversation.") }
    say(text, index)
  }

  private mutating func chat(with person: UserHandle) {
    guard person != handle else { return show("That is you.") }
    let index =
      conversations.firstIndex { $0.people == [person] && !$0.present.isEmpty }
      ?? conversations.firstIndex { $0.people == [person] } ?? newConversation(with: [person])
    current = conversations[index].id
    if !conversations[index].present.isEmpty { return show("You are talking to \(book.name(of: person)).") }
    show("Calling \(book.name(of: person)) ...")
    if !conversations[index].isWaiting { reopen(index) }
  }

  private mutating func invite(_ person: UserHandle) {
    guard let index = currentIndex, conversations[index].link != nil, !conversations[index].isOpening else {
      return show("You are in no conversation: /chat WHO begins one.")
    }
    show("Inviting \(book.name(of: person)) ...")
    call(person, index)
  }

  private mutating func leaveCurrent() {
    guard let index = currentIndex else { return show("You are in no conversation.") }
    let conversation = conversations.remove(at: index)
    leaveSwitchboard(conversation)
    current = conversations.last { !$0.present.isEmpty }?.id
    show("You have left the conversation with \(names(conversation.people)).")
    if let next = currentIndex { show("You are talking to \(names(conversations[next].present)).") }
  }
}

// The own account.
extension ChatMachine {
  private mutating func changeStatus(_ words: String) {
    guard let status = Status.named(words) else {
      return show("Say which: /status online, away, busy, brb, phone, lunch or hidden.")
    }
    ask(.status(status), .CHG, status, capabilities)
  }

  private mutating func rename(_ words: String) {
    do throws(AdministrationFailure) {
      let name = try FriendlyName.checked(words)
      if dialect.has(.contactGUIDs) { ask(.rename, .PRP, "MFN", name) } else { ask(.rename, .REA, handle, name) }
    } catch { show("Your name is the same as before: \(error).") }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    let words = drop(while: \.isWhitespace)
    return String(words.reversed().drop(while: \.isWhitespace).reversed())
  }
}
