import MSNP
import NIOCore

/// A Messenger client of one dialect without screen or socket: events in, actions out.
struct ChatMachine {
  /// How far signing in has come; each step waits for the answer to one command.
  enum Phase: Hashable {
    case connecting
    case version
    case package
    case clientVersion
    case challenge
    /// The web role is asked for a ticket.
    case ticket
    case response
    /// `SYN` and `CHG` are on their way; `QNG` ends it.
    case synchronizing
    case online
    case ended
  }

  /// What a command on the notification connection was for, to explain the answer.
  enum Asked: Hashable {
    case add(UserHandle)
    case remove(UserHandle)
    case block(UserHandle)
    case unblock(UserHandle)
    case status(Status)
    case rename
    case personal(String)
    case switchboard(ChatConversation.ID)
    /// Part of something else that tells of it.
    case quiet
  }

  static let patience = Duration.seconds(30)
  /// More often than any server has reason to sign somebody out.
  private static let maximumSignIns = 5

  let handle: UserHandle
  let password: String
  let dialect: Dialect
  var phase = Phase.connecting
  var serverLink = LinkID(rawValue: 0)
  /// Where to begin signing in.
  private var entrance: HostPort?
  private var signIns = 0
  var transfers = 0
  var book: ContactBook
  var ownName = ""
  var status = Status.online
  var asked: [TransactionID: Asked] = [:]
  var conversations: [ChatConversation] = []
  /// The conversation that typed text goes to.
  var current: ChatConversation.ID?
  /// What was typed before signing in was done.
  var earlyInput: [String] = []
  var inputHasEnded = false

  private var lastTransaction: UInt32 = 0
  private var lastLink = 0
  private var lastConversation = 0
  private var actions: [ChatAction] = []

  init(handle: UserHandle, password: String, dialect: Dialect = .msnp7) {
    self.handle = handle
    self.password = password
    self.dialect = dialect
    book = ContactBook(dialect)
  }

  /// What to do first.
  mutating func start(at server: HostPort) -> [ChatAction] {
    entrance = server
    signIn(at: server)
    return takeActions()
  }

  private mutating func signIn(at server: HostPort) {
    signIns += 1
    transfers = 0
    show("Signing in as \(handle) at \(server) ...")
    connectToServer(server)
    act(.wake(.signIn(attempt: signIns), after: ChatMachine.patience))
  }

  /// Comes back after the server has ended the session without saying that it must stay ended. Conversations go on:
  /// switchboards know nothing of it.
  mutating func signInAgain() {
    guard let entrance, signIns < ChatMachine.maximumSignIns else { return fail("The server has signed you out.") }
    show("The server has signed you out.")
    act(.close(serverLink))
    asked.removeAll()
    book = ContactBook(dialect)
    for index in conversations.indices { giveUpOpening(index) }
    signIn(at: entrance)
  }

  mutating func receive(_ event: ChatEvent) -> [ChatAction] {
    guard phase != .ended else { return [] }
    switch event {
    case .connected(let link): connected(link)
    case .line(let link, let line): received(line, on: link)
    case .closed(let link, let reason): closed(link, reason)
    case .typed(let text): typed(text)
    case .inputEnded: inputHasEnded = true
    case .interrupted: signOut()
    case .alarm(let alarm): rang(alarm)
    case .ticket(let link, let answer): gotTicket(answer, for: link)
    }
    leaveIfDone()
    return takeActions()
  }

  private mutating func takeActions() -> [ChatAction] {
    defer { actions.removeAll() }
    return actions
  }
}

// Routing.
extension ChatMachine {
  private mutating func connected(_ link: LinkID) {
    if link == serverLink { return offerVersion() }
    guard let index = conversationIndex(of: link) else { return act(.close(link)) }
    introduce(index)
  }

  private mutating func received(_ line: Line, on link: LinkID) {
    if link == serverLink {
      phase == .online ? receivedOnline(line) : receivedSigningIn(line)
    } else if let index = conversationIndex(of: link) {
      receivedFromSwitchboard(line, index)
    }
  }

  private mutating func closed(_ link: LinkID, _ reason: String?) {
    if link == serverLink {
      serverClosed(reason)
    } else if let index = conversationIndex(of: link) {
      switchboardClosed(index, reason)
    }
  }

  private mutating func serverClosed(_ reason: String?) {
    switch phase {
    case .connecting: fail(reason ?? "The server closed the connection.")
    case .online: fail("The connection to the server was lost.")
    default: fail("The server closed the connection while signing in.")
    }
  }

  private mutating func rang(_ alarm: ChatAlarm) {
    switch alarm {
    case .signIn(let attempt):
      guard phase != .online, attempt == signIns else { return }
      fail("The server did not let you in within \(ChatMachine.patience.components.seconds) seconds.")
    case .invitation(let link, let handle):
      if let index = conversationIndex(of: link) { invitationExpired(index, handle) }
    }
  }
}

// Means that everything else is made of.
extension ChatMachine {
  mutating func act(_ action: ChatAction) { actions.append(action) }

  /// Shows one line, or several with those after the first indented.
  mutating func show(_ text: String) { act(.show(ScreenText.safe(text))) }

  mutating func fail(_ reason: String) {
    phase = .ended
    act(.finish(failure: ScreenText.safe(reason)))
  }

  mutating func nextTransaction() -> TransactionID {
    lastTransaction += 1
    return TransactionID(lastTransaction)
  }

  /// Sends a line on the notification connection.
  mutating func send<each Argument: WireArgument>(_ verb: Verb, _ argument: repeat each Argument) {
    var writer = LineWriter(dialect: dialect)
    writer.line(verb, repeat each argument)
    act(.send(serverLink, writer.buffer))
  }

  /// Sends a command on the notification connection and notes what it is for.
  mutating func ask<each Argument: WireArgument>(
    _ purpose: Asked, _ verb: Verb, _ argument: repeat each Argument
  ) {
    let transaction = nextTransaction()
    asked[transaction] = purpose
    send(verb, transaction, repeat each argument)
  }

  mutating func nextLink() -> LinkID {
    lastLink += 1
    return LinkID(rawValue: lastLink)
  }

  mutating func connectToServer(_ address: HostPort) {
    phase = .connecting
    serverLink = nextLink()
    lastTransaction = 0
    act(.connect(serverLink, address))
  }

  /// Begins a conversation and answers with its place among them.
  mutating func newConversation(with people: [UserHandle]) -> Int {
    lastConversation += 1
    conversations.append(ChatConversation(id: ChatConversation.ID(rawValue: lastConversation), people: people))
    return conversations.count - 1
  }

  func conversationIndex(of link: LinkID) -> Int? { conversations.firstIndex { $0.link == link } }

  /// Ends every connection as the protocol wants it.
  mutating func signOut() {
    for conversation in conversations { leaveSwitchboard(conversation) }
    if phase != .connecting {
      send(.OUT)
      act(.close(serverLink))
    }
    phase = .ended
    act(.finish(failure: nil))
  }

  /// Signs out when nothing more can be typed and everything asked for is done.
  private mutating func leaveIfDone() {
    guard inputHasEnded, phase == .online, asked.isEmpty, conversations.allSatisfy(\.isSettled) else { return }
    signOut()
  }
}
