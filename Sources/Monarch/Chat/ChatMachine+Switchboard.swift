import MSNP
import NIOCore

// Conversations.
//
//     >>> USR 1 alice@example.com 17262740.1050826919.32308
//     <<< USR 1 OK alice@example.com Alice
//     >>> CAL 2 bob@example.com
//     <<< CAL 2 RINGING 11752013
//     <<< JOI bob@example.com Bob
//     >>> MSG 3 A 133                                          and the message
//     <<< ACK 3
extension ChatMachine {
  /// Asks for a switchboard.
  mutating func openSwitchboard(_ index: Int) {
    conversations[index].isOpening = true
    ask(.switchboard(conversations[index].id), .XFR, "SB")
  }

  mutating func connect(_ index: Int, to address: HostPort, entrance: ChatConversation.Entrance) {
    _ = conversations[index].disconnect()
    let link = nextLink()
    conversations[index].link = link
    conversations[index].entrance = entrance
    conversations[index].isOpening = true
    act(.connect(link, address))
  }

  /// Says who we are on a new connection.
  mutating func introduce(_ index: Int) {
    switch conversations[index].entrance {
    case .open(let ticket): send(index, .USR, handle, ticket)
    case .answer(let ticket, let session): send(index, .ANS, handle, ticket, session)
    case nil: break
    }
  }

  mutating func receivedFromSwitchboard(_ line: Line, _ index: Int) {
    if let code = line.errorNumber { return failed(line, code, index) }
    switch line.verb {
    case .USR: opened(index)
    case .IRO: if let member = line.handle(3) { enter(member, line.name(4), index) }
    case .ANS: answered(index)
    case .CAL: ringing(line, index)
    case .JOI: joined(line, index)
    case .BYE: left(line, index)
    case .MSG: received(line, index)
    case .ACK: if let number = line.transactionID { conversations[index].unconfirmed[number] = nil }
    case .NAK: notDelivered(line, index)
    default: break
    }
  }

  mutating func call(_ callee: UserHandle, _ index: Int) {
    let transaction = send(index, .CAL, callee)
    conversations[index].calls[transaction] = callee
  }

  private mutating func opened(_ index: Int) {
    conversations[index].isOpening = false
    for person in conversations[index].people { call(person, index) }
  }

  private mutating func answered(_ index: Int) {
    conversations[index].isOpening = false
    let conversation = conversations[index]
    guard !conversation.present.isEmpty else { return }
    let isFree = currentIndex.map { conversations[$0].present.isEmpty && conversations[$0].isSettled } ?? true
    if isFree { current = conversation.id }
    let advice = current == conversation.id ? "type to answer" : "/chat \(conversation.people[0]) to answer"
    show("You are in a conversation with \(names(conversation.present)): \(advice).")
    flush(index)
  }

  private mutating func ringing(_ line: Line, _ index: Int) {
    guard let callee = line.transactionID.flatMap({ conversations[index].calls.removeValue(forKey: $0) }),
      let link = conversations[index].link
    else { return }
    conversations[index].ringing.insert(callee)
    act(.wake(.invitation(link, callee), after: ChatMachine.patience))
  }

  mutating func invitationExpired(_ index: Int, _ callee: UserHandle) {
    guard conversations[index].ringing.remove(callee) != nil else { return }
    show("\(book.name(of: callee)) does not answer.")
    settle(index)
  }

  private mutating func joined(_ line: Line, _ index: Int) {
    guard let member = line.handle(0) else { return }
    enter(member, line.name(1), index)
    show("\(book.name(of: member)) has joined the conversation.")
    settle(index)
  }

  private mutating func enter(_ member: UserHandle, _ name: String?, _ index: Int) {
    book.note(member, name: name)
    conversations[index].enter(member)
  }

  private mutating func left(_ line: Line, _ index: Int) {
    guard let member = line.handle(0) else { return }
    conversations[index].leave(member)
    show("\(book.name(of: member)) has left the conversation.")
  }
}

// Text.
extension ChatMachine {
  /// Sends text to everybody present, or calls them back first.
  mutating func say(_ text: String, _ index: Int) {
    guard conversations[index].present.isEmpty else { return send(text, index) }
    conversations[index].queue.append(text)
    guard !conversations[index].isWaiting else { return }
    reopen(index)
  }

  /// Calls everybody the conversation was with.
  mutating func reopen(_ index: Int) {
    guard conversations[index].link != nil else { return openSwitchboard(index) }
    for person in conversations[index].people { call(person, index) }
  }

  /// Asks for confirmation (`A`): only then can be told that a text did not arrive, and when it is safe to leave.
  private mutating func send(_ text: String, _ index: Int) {
    guard let link = conversations[index].link else { return }
    for part in ChatMessage.parts(of: text) {
      let transaction = conversations[index].nextTransaction()
      conversations[index].unconfirmed[transaction] = part
      var writer = LineWriter(dialect: dialect)
      writer.line(.MSG, transaction, "A", payload: ChatMessage.payload(part))
      act(.send(link, writer.buffer))
    }
  }

  private mutating func flush(_ index: Int) {
    let queue = conversations[index].queue
    conversations[index].queue.removeAll()
    for text in queue { send(text, index) }
  }

  /// Once nobody more can be expected, sends what waited, or says that it cannot.
  private mutating func settle(_ index: Int) {
    guard !conversations[index].isWaiting else { return }
    conversations[index].present.isEmpty ? giveUpQueue(index) : flush(index)
  }

  mutating func giveUpQueue(_ index: Int) {
    for text in conversations[index].queue { showUndelivered(text) }
    conversations[index].queue.removeAll()
  }

  private mutating func notDelivered(_ line: Line, _ index: Int) {
    guard let text = line.transactionID.flatMap({ conversations[index].unconfirmed.removeValue(forKey: $0) }) else {
      return
    }
    showUndelivered(text)
  }

  private mutating func showUndelivered(_ text: String) { show("This could not be delivered: \(text)") }

  /// `MSG alice@example.com Alice 133` and the message.
  private mutating func received(_ line: Line, _ index: Int) {
    guard let sender = line.handle(0), let message = ChatMessage(line.payload) else { return }
    let name = book.name(of: sender)
    let place = conversations[index].id == current ? "" : "[\(names(conversations[index].present))] "
    switch message.type {
    case "text/plain":
      conversations[index].typing.remove(sender)
      show("\(place)\(name): \(message.body)")
    case "text/x-msmsgscontrol":
      guard message.header("TypingUser") != nil, conversations[index].typing.insert(sender).inserted else { return }
      show("\(place)\(name) is typing ...")
    case "text/x-msmsgsinvite":
      guard message.bodyHeader("Invitation-Command") == "INVITE" else { return }
      let what = message.bodyHeader("Application-Name") ?? "something"
      show("\(place)\(name) offers \(what), which this client cannot do.")
    case "text/x-msnmsgr-datacast":
      if let what = ChatWords.datacast(message.bodyHeader("ID")) { show("\(place)\(name) \(what)") }
    default: break
    }
  }
}

// Trouble and ends.
extension ChatMachine {
  private mutating func failed(_ line: Line, _ code: UInt16, _ index: Int) {
    guard let callee = line.transactionID.flatMap({ conversations[index].calls.removeValue(forKey: $0) }) else {
      show("The switchboard refused: \(ChatWords.reason(code)).")
      return
    }
    show("\(book.name(of: callee)) was not invited: \(ChatWords.reason(code)).")
    settle(index)
  }

  mutating func switchboardClosed(_ index: Int, _ reason: String?) {
    let conversation = conversations[index]
    let lost = conversations[index].disconnect()
    if !conversation.present.isEmpty {
      show("The conversation with \(names(conversation.present)) was cut off.")
    } else if conversation.isWaiting {
      show(reason ?? "The switchboard ended the connection.")
    }
    for text in lost { showUndelivered(text) }
    giveUpQueue(index)
  }

  mutating func leaveSwitchboard(_ conversation: ChatConversation) {
    guard let link = conversation.link else { return }
    if !conversation.isOpening {
      var writer = LineWriter(dialect: dialect)
      writer.line(.OUT)
      act(.send(link, writer.buffer))
    }
    act(.close(link))
  }

  /// Sends a command on a switchboard connection.
  @discardableResult
  private mutating func send<each Argument: WireArgument>(
    _ index: Int, _ verb: Verb, _ argument: repeat each Argument
  ) -> TransactionID {
    let transaction = conversations[index].nextTransaction()
    guard let link = conversations[index].link else { return transaction }
    var writer = LineWriter(dialect: dialect)
    writer.line(verb, transaction, repeat each argument)
    act(.send(link, writer.buffer))
    return transaction
  }

  var currentIndex: Int? { current.flatMap { id in conversations.firstIndex { $0.id == id } } }

  func names(_ people: [UserHandle]) -> String { people.map(book.name).joined(separator: ", ") }
}
