import Credentials
import MSNP
import NIOCore

// From the first line to the contact list.
//
//     >>> VER 1 MSNP7 CVR0
//     <<< VER 1 MSNP7 CVR0
//     >>> INF 2
//     <<< INF 2 MD5
//     >>> USR 3 MD5 I alice@example.com
//     <<< XFR 3 NS 192.0.2.10:1863 0 192.0.2.1:1863          and the same again there
//     <<< USR 3 MD5 S 1234567890.123456789
//     >>> USR 4 MD5 S f59af8f2fa91d38aff7c870c17f99903
//     <<< USR 4 OK alice@example.com Alice 1
extension ChatMachine {
  /// More transfers than any service makes.
  private static let maximumTransfers = 5

  mutating func offerVersion() {
    phase = .version
    send(.VER, nextTransaction(), "MSNP7", "CVR0")
  }

  mutating func receivedSigningIn(_ line: Line) {
    if let code = line.errorNumber { return refused(code) }
    switch (phase, line.verb) {
    case (.version, .VER):
      guard line.isWord(1, "MSNP7") else { return fail("The server does not speak MSNP7.") }
      phase = .package
      send(.INF, nextTransaction())
    case (.package, .INF):
      guard line.isWord(1, "MD5") else { return fail("The server does not offer MD5 sign-in.") }
      phase = .challenge
      send(.USR, nextTransaction(), "MD5", "I", handle)
    case (.challenge, .XFR): transfer(line)
    case (.challenge, .USR): answerChallenge(line)
    case (.response, .USR): signedIn(line)
    case (.synchronizing, _): receivedSynchronizing(line)
    default: break
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
    ownName = line.name(3) ?? handle.text
    phase = .synchronizing
    send(.SYN, nextTransaction(), 0)
    send(.CHG, nextTransaction(), status)
    send(.PNG)
  }

  private mutating func receivedSynchronizing(_ line: Line) {
    switch line.verb {
    case .LST: listed(line)
    case .QNG: welcome()
    default: receivedOnline(line)
    }
  }

  /// `LST 5 FL 255 1 2 bob@example.com Bob 1`, or `LST 5 BL 255 0 0` for an empty list.
  private mutating func listed(_ line: Line) {
    guard let list = line.text(1).flatMap(ContactList.init), let contact = line.handle(5) else { return }
    book.put(contact, on: list, name: line.name(6))
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
    fail(
      """
      Wrong address or password, or \(handle) may not sign in this way: MD5 sign-in is off unless asked for.
      To turn it on, on the server's machine: monarch user password \(handle) --old-clients
      """)
  }
}
