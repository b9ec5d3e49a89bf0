import Credentials
import MSNP
import NIOCore

// What the notification server tells once signed in.
extension ChatMachine {
  mutating func receivedOnline(_ line: Line) {
    if let code = line.errorNumber { return failed(line, code) }
    switch line.verb {
    case .ILN: heard(status: line.text(1), of: line.handle(2), name: line.name(3))
    case .NLN: heard(status: line.text(0), of: line.handle(1), name: line.name(2))
    case .FLN: heard(status: Status.offline.rawValue, of: line.handle(0), name: nil)
    case .ADD, .ADC: added(line)
    case .REM: removed(line)
    case .CHG: changedStatus(line)
    case .REA: renamed(line, line.name(3))
    case .PRP: toldProperty(line)
    case .UBX: heardText(line)
    case .UUX: said(line)
    case .XFR: gotSwitchboard(line)
    case .RNG: rang(line)
    case .CHL: challenged(line)
    case .MSG: toldBySystem(line)
    case .OUT: signedOut(line)
    default: break
    }
  }

  /// `NLN AWY bob@example.com Bob`; `ILN` brings those who were there before, and is news only after an `ADD`.
  private mutating func heard(status: String?, of handle: UserHandle?, name: String?) {
    guard let status = status.flatMap(Status.init), let handle else { return }
    let before = book.contact(handle)
    book.hear(handle, status, name: name)
    guard phase == .online, let now = book.contact(handle) else { return }
    if let news = ChatWords.presence(before, now) { show(news) }
  }

  private mutating func changedStatus(_ line: Line) {
    guard let status = line.text(1).flatMap(Status.init) else { return }
    self.status = status
    if case .status = finishAsked(line) { show("You are \(status.words) now.") }
  }

  /// `REA 15 259 alice@example.com New%20Nick`
  private mutating func renamed(_ line: Line, _ name: String?) {
    guard case .rename = finishAsked(line), let name else { return }
    ownName = name
    show("You are called \(name) now.")
  }

  /// `PRP MFN Alice` among the lists, `PRP 10 MFN New%20Alice` in answer (from MSNP10).
  private mutating func toldProperty(_ line: Line) {
    if line.isWord(0, "MFN"), let name = line.name(1) { ownName = name }
    if line.isWord(1, "MFN") { renamed(line, line.name(2)) }
  }

  /// `CHL 0 15570131571988941333`
  private mutating func challenged(_ line: Line) {
    let product = dialect.has(.productInChallenge) ? "PROD0090YUAUV{2B" : "msmsgs@msnmsgr.com"
    guard let challenge = line.text(1),
      let response = ClientChallenge.response(productID: product, challenge: challenge, dialect: dialect)
    else { return }
    var writer = LineWriter(dialect: dialect)
    writer.line(.QRY, nextTransaction(), product, payload: ByteBuffer(string: response))
    act(.send(serverLink, writer.buffer))
  }

  private mutating func toldBySystem(_ line: Line) {
    guard let message = ChatMessage(line.payload), message.type == "application/x-msmsgssystemmessage",
      let minutes = message.bodyHeader("Arg1")
    else { return }
    show("The server will go down in \(minutes) minutes.")
  }

  private mutating func signedOut(_ line: Line) {
    if line.isWord(0, "OTH") { return fail("You have signed in somewhere else, which ends this session.") }
    if line.isWord(0, "SSD") { return fail("The server is shutting down.") }
    signInAgain()
  }
}

// Answers and errors.
extension ChatMachine {
  /// What the answered command was for.
  mutating func finishAsked(_ line: Line) -> Asked? {
    line.transactionID.flatMap { asked.removeValue(forKey: $0) }
  }

  private mutating func failed(_ line: Line, _ code: UInt16) {
    let reason = ChatWords.reason(code)
    switch finishAsked(line) {
    case .add(let contact): show("\(contact) was not added: \(reason).")
    case .remove(let contact): show("\(book.name(of: contact)) was not removed: \(reason).")
    case .block(let contact): show("\(book.name(of: contact)) was not blocked: \(reason).")
    case .unblock(let contact): show("\(book.name(of: contact)) is still blocked: \(reason).")
    case .status: show("Your status is the same as before: \(reason).")
    case .rename: show("Your name is the same as before: \(reason).")
    case .personal: show("You say what you said before: \(reason).")
    case .switchboard(let id): noSwitchboard(for: id, reason)
    case .quiet: break
    case nil: show("The server answered with an error: \(reason).")
    }
  }

  /// `XFR 15 SB 192.0.2.20:1863 CKI 17262740.1050826919.32308`
  private mutating func gotSwitchboard(_ line: Line) {
    guard case .switchboard(let id) = finishAsked(line), line.isWord(1, "SB") else { return }
    guard let address = line.text(2).flatMap({ HostPort($0) }), let ticket = line.text(4) else {
      return noSwitchboard(for: id, "the server named none")
    }
    guard let index = conversations.firstIndex(where: { $0.id == id }) else { return }
    connect(index, to: address, entrance: .open(ticket: ticket))
  }

  private mutating func noSwitchboard(for id: ChatConversation.ID, _ reason: String) {
    guard let index = conversations.firstIndex(where: { $0.id == id }) else { return }
    show("There is no switchboard for this conversation: \(reason).")
    giveUpOpening(index)
  }

  /// Stops waiting for a switchboard to be named.
  mutating func giveUpOpening(_ index: Int) {
    guard conversations[index].link == nil else { return }
    conversations[index].isOpening = false
    giveUpQueue(index)
  }

  /// `RNG 11752013 192.0.2.20:1863 CKI 849102291.520491113 alice@example.com Alice`
  private mutating func rang(_ line: Line) {
    guard let session = line.text(0), let address = line.text(1).flatMap({ HostPort($0) }),
      let ticket = line.text(3), let caller = line.handle(4)
    else { return }
    book.note(caller, name: line.name(5))
    let index = conversations.firstIndex { $0.isAbandoned(by: caller) } ?? newConversation(with: [caller])
    leaveSwitchboard(conversations[index])
    connect(index, to: address, entrance: .answer(ticket: ticket, session: session))
  }
}
