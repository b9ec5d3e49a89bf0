import Credentials
import MSNP
import NIOCore

// From the first line to the contact list, up to MSNP7 and from MSNP8 on.
//
//     >>> VER 1 MSNP7 CVR0                                    >>> VER 1 MSNP12 CVR0
//     <<< VER 1 MSNP7 CVR0                                    <<< VER 1 MSNP12 CVR0
//     >>> INF 2                                               >>> CVR 2 0x0409 ... MSMSGS alice@example.com
//     <<< INF 2 MD5                                           <<< CVR 2 7.0.0777 ...
//     >>> USR 3 MD5 I alice@example.com                       >>> USR 3 TWN I alice@example.com
//     <<< XFR 3 NS 192.0.2.10:1863 0 192.0.2.1:1863           and the same again there
//     <<< USR 3 MD5 S 1234567890.123456789                    <<< USR 3 TWN S lc=1033,id=507,...
//                                                             the web role gives a ticket for the password
//     >>> USR 4 MD5 S f59af8f2fa91d38aff7c870c17f99903        >>> USR 4 TWN S t=...&p=
//     <<< USR 4 OK alice@example.com Alice 1                  <<< USR 4 OK alice@example.com 1 0
extension ChatMachine {
  /// More transfers than any service makes.
  private static let maximumTransfers = 5
  /// What this client says it is, to servers that keep statistics.
  private static let version = "7.0.0777"

  mutating func offerVersion() {
    phase = .version
    send(.VER, nextTransaction(), dialect.name, "CVR0")
  }

  mutating func receivedSigningIn(_ line: Line) {
    if let code = line.errorNumber { return refused(code) }
    switch (phase, line.verb) {
    case (.version, .VER): gotVersion(line)
    case (.package, .INF):
      guard line.isWord(1, "MD5") else { return fail("The server does not offer MD5 sign-in.") }
      phase = .challenge
      send(.USR, nextTransaction(), "MD5", "I", handle)
    case (.clientVersion, .CVR):
      phase = .challenge
      send(.USR, nextTransaction(), "TWN", "I", handle)
    case (.challenge, .XFR): transfer(line)
    case (.challenge, .USR): dialect.has(.ticketSignIn) ? askForTicket(line) : answerChallenge(line)
    case (.response, .USR): signedIn(line)
    case (.synchronizing, _): receivedSynchronizing(line)
    default: break
    }
  }

  private mutating func gotVersion(_ line: Line) {
    guard line.text(1) == dialect.name else { return fail("The server does not speak \(dialect.name).") }
    guard dialect.has(.ticketSignIn) else {
      phase = .package
      return send(.INF, nextTransaction())
    }
    phase = .clientVersion
    send(
      .CVR, nextTransaction(), "0x0409", "winnt", "5.1", "i386", "MSNMSGR", ChatMachine.version, "MSMSGS", handle)
  }

  /// Servers give somebody who fetches a ticket two minutes.
  private mutating func askForTicket(_ line: Line) {
    guard line.isWord(1, "TWN"), let policy = line.text(3) else { return fail("The server sent no policy.") }
    phase = .ticket
    act(.fetchTicket(serverLink, TicketRequest(handle: handle, password: password, policy: policy)))
  }

  mutating func gotTicket(_ answer: TicketAnswer, for link: LinkID) {
    guard phase == .ticket, link == serverLink else { return }
    switch answer {
    case .ticket(let ticket):
      phase = .response
      send(.USR, nextTransaction(), "TWN", "S", ticket)
    case .refused: fail("Wrong address or password.")
    case .trouble(let reason): fail(reason)
    }
  }

  private mutating func transfer(_ line: Line) {
    transfers += 1
    guard let address = line.text(2).flatMap({ HostPort($0) }), transfers <= ChatMachine.maximumTransfers else {
      return fail("The server sent us to a place that cannot be understood.")
    }
    act(.close(serverLink))
    connectToServer(address)
  }

  private mutating func answerChallenge(_ line: Line) {
    guard let challenge = line.text(3) else { return fail("The server sent no challenge.") }
    phase = .response
    let response = DigestChallenge.response(challenge: challenge, password: password)
    send(.USR, nextTransaction(), "MD5", "S", response)
  }

  /// Asks for lists and presence at once. A ping goes last: commands are answered in order, so its answer says that
  /// everything else is there.
  private mutating func signedIn(_ line: Line) {
    guard line.isWord(1, "OK") else { return }
    ownName = dialect.has(.nameInSignIn) ? line.name(3) ?? handle.text : handle.text
    phase = .synchronizing
    send(.SYN, nextTransaction(), 0, dialect.has(.listStamps) ? 0 : nil)
    send(.CHG, nextTransaction(), status, capabilities)
    send(.PNG)
  }

  private mutating func receivedSynchronizing(_ line: Line) {
    switch line.verb {
    case .LST: listed(line)
    case .QNG: welcome()
    default: receivedOnline(line)
    }
  }

  private mutating func welcome() {
    phase = .online
    show("Signed in as \(ownName) (\(status.words)). /help shows what you can do.")
    showContacts()
    for stranger in book.newcomers { tellOfNewcomer(stranger) }
    let input = earlyInput
    earlyInput.removeAll()
    for text in input where phase == .online { typed(text) }
  }

  private mutating func refused(_ code: UInt16) {
    guard code == ErrorCode.authenticationFailed.rawValue else {
      return fail("The server did not let you in: \(ChatWords.reason(code)).")
    }
    guard dialect.has(.digestSignIn) else {
      return fail("The server does not take the ticket for \(handle). Do --server and --web belong to one service?")
    }
    fail(
      """
      Wrong address or password, or \(handle) may not sign in this way: MD5 sign-in is off unless asked for.
      To turn it on, on the server's machine: monarch user password \(handle) --old-clients
      """)
  }
}
