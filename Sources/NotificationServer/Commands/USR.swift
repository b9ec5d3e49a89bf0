import Credentials
import MSNP
import NIOCore
import Roster
import ServerKit
import SignIn

/// What a client was asked to prove itself with.
enum SignInChallenge: Hashable, Sendable {
  case digest(UserHandle, DigestChallenge)
  case clearText(UserHandle)
  /// With a ticket of the web role (MSNP8).
  case ticket(UserHandle)
}

/// A way of signing in, as `USR` names it.
enum SignInPackage: String {
  case digest = "MD5"
  case clearText = "CTP"
  case ticket = "TWN"

  var feature: Dialect.Feature {
    switch self {
    case .digest: .digestSignIn
    case .clearText: .clearTextSignIn
    case .ticket: .ticketSignIn
    }
  }
}

/// Signs in: by MD5 of a fresh challenge and the old-client password, by that password in clear (MSNP2), or by a ticket
/// for which the web role takes the account password (MSNP8-12).
///
///     >>> USR 5 MD5 I alice@example.com
///     <<< USR 5 MD5 S 1234567890.123456789
///     >>> USR 6 MD5 S f59af8f2fa91d38aff7c870c17f99903
///     <<< USR 6 OK alice@example.com Alice
///     <<< MSG Hotmail Hotmail 95
///
///     >>> USR 2 CTP I alice@example.com password            in one step, or without the password and then
///     <<< USR 2 CTP S
///     >>> USR 3 CTP S password
///     <<< USR 3 OK alice@example.com Alice
///
///     >>> USR 6 TWN I alice@example.com
///     <<< USR 6 TWN S lc=1033,id=507,tw=40,fs=1,ru=...,ct=1726321960,kpp=1,kv=5,ver=2.1.0173.1,tpf=43f8...
///     >>> USR 7 TWN S t=...&p=
///     <<< USR 7 OK alice@example.com Alice 1 0
///     <<< SBS 0 null                                       from MSNP11
///     <<< MSG Hotmail Hotmail 448
///
///     >>> USR 5 MD5 I alice@example.com                   while the server drains
///     <<< XFR 5 NS 192.0.2.11:1863 0 192.0.2.10:1863       and the connection closes
///
/// 911 and close for whatever is wrong with it, known account or not; 207 after signing in; 600 and close when too many
/// sign-ins wait; 601 and close while the store is away.
enum USR: NotificationCommand {
  static let verb = Verb.USR
  static let moment = CommandTable.Moment.anytime
  static let arguments = 3

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    switch session.phase {
    case .signedIn: throw .error(.alreadySignedIn)
    case .negotiated, .challenged: break
    case .expectsVersion, .versionQuery, .signingIn, .ended: throw .violation("sent USR before VER, or too late")
    }
    guard let package = line.text(1).flatMap(SignInPackage.init), session.dialect.has(package.feature) else {
      throw .violation("asked for a sign-in that \(session.dialect.name) does not have")
    }
    if line.isWord(2, "I") {
      try begin(&session, line, package, &turn)
    } else if line.isWord(2, "S") {
      try prove(&session, line, package, &turn)
    } else {
      throw .violation("sent USR with neither I nor S")
    }
  }

  private static func begin(
    _ session: inout NotificationSession, _ line: Line, _ package: SignInPackage,
    _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard case .negotiated = session.phase else { throw .violation("began to sign in twice") }
    guard let handle = line.bytes(3).flatMap(UserHandle.init(bytes:)) else { throw .closing(.authenticationFailed) }
    session.person = handle
    switch session.settings.signInPlace() {
    case .here: break
    case .nowhere: throw .closing(.serverUnavailable)
    case .elsewhere(let address):
      turn.reply.xfr(line.transaction, notification: address, from: session.settings.address)
      return turn.end(.finished)
    }
    let sources = session.settings.sources
    switch package {
    case .clearText where line.count > 4:
      guard let password = line.text(4) else { throw .closing(.authenticationFailed) }
      check(&session, .verify(handle, .clearText(password)), handle, line.transaction, &turn)
    case .clearText:
      session.phase = .challenged(.clearText(handle))
      turn.reply.usrAsksForPassword(line.transaction)
    case .digest:
      var dice = sources.dice
      let challenge = DigestChallenge(unixTime: sources.unixTime(), issued: turn.now, random: &dice)
      session.phase = .challenged(.digest(handle, challenge))
      turn.reply.usr(line.transaction, digestChallenge: challenge.text)
    case .ticket:
      session.phase = .challenged(.ticket(handle))
      let seal = GUID(high: sources.random(), low: sources.random()).description.filter { $0 != "-" }
      turn.reply.usr(line.transaction, ticketPolicyAt: sources.unixTime(), seal: seal)
    }
  }

  private static func prove(
    _ session: inout NotificationSession, _ line: Line, _ package: SignInPackage,
    _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard case .challenged(let challenge) = session.phase else {
      throw .violation("answered a challenge it was not given")
    }
    switch (challenge, package) {
    case (.digest(let handle, let challenge), .digest):
      guard challenge.isFresh(at: turn.now), let response = line.text(3) else {
        throw .closing(.authenticationFailed)
      }
      let proof = SignInProof.digest(challenge: challenge.text, response: response)
      check(&session, .verify(handle, proof), handle, line.transaction, &turn)
    case (.clearText(let handle), .clearText):
      guard let password = line.text(3) else { throw .closing(.authenticationFailed) }
      check(&session, .verify(handle, .clearText(password)), handle, line.transaction, &turn)
    case (.ticket(let handle), .ticket):
      guard let ticket = line.text(3).flatMap(WebTicketMint.ticket) else { throw .closing(.authenticationFailed) }
      check(&session, .redeem(handle, ticket: ticket), handle, line.transaction, token: ticket, &turn)
    default: throw .violation("answered a challenge of another package")
    }
  }

  /// Has a proof judged, and lets the account's session begin.
  ///
  /// - Parameter token: what web forms are signed with: the ticket; any word before there were tickets.
  private static func check(
    _ session: inout NotificationSession, _ effect: NotificationEffect, _ handle: UserHandle,
    _ transaction: TransactionID, token: String? = nil, _ turn: inout Turn<NotificationEffect>
  ) {
    session.phase = .signingIn
    session.ask(effect, &turn) { session, answer, turn in
      switch answer {
      case .verdict(.judged(let account?)): enter(&session, account, handle, transaction, token, &turn)
      case .verdict(.busy): session.refuse(.closing(.serverBusy), transaction, &turn)
      case .verdict(.storeUnavailable), .storeUnavailable:
        session.refuse(.closing(.serverUnavailable), transaction, &turn)
      default: session.refuse(.closing(.authenticationFailed), transaction, &turn)
      }
    }
  }

  private static func enter(
    _ session: inout NotificationSession, _ account: AccountID, _ handle: UserHandle, _ transaction: TransactionID,
    _ token: String?, _ turn: inout Turn<NotificationEffect>
  ) {
    session.me = SignedIn(
      account: account, handle: handle, name: FriendlyName(handle), times: SessionTimes(now: turn.now),
      budgets: CommandBudgets(now: turn.now))
    session.ask(.enter(account, handle), &turn) { session, answer, turn in
      guard case .entered(let roster, let place, let isThroughGateway) = answer else {
        let code: ErrorCode = if case .noAccount = answer { .authenticationFailed } else { .serverUnavailable }
        return session.refuse(.closing(code), transaction, &turn)
      }
      session.me?.name = roster.name
      session.me?.isThroughGateway = isThroughGateway
      session.me?.privacy = roster.privacy
      session.me?.watches = WatchList(roster.forward)
      let missed = session.me?.notices.open(at: roster.version) ?? []
      session.phase = .signedIn
      turn.timer = .off
      turn.reply.usr(transaction, signedIn: roster.handle, name: roster.name)
      welcome(session, roster, account, token, place, &turn)
      session.take(missed, &turn)
      session.askForMissing(&turn)
    }
  }

  private static func welcome(
    _ session: NotificationSession, _ roster: SessionRoster, _ account: AccountID, _ token: String?,
    _ place: ClientPlace?, _ turn: inout Turn<NotificationEffect>
  ) {
    let sources = session.settings.sources
    let token = token ?? String(sources.random(), radix: 36) + String(sources.random(), radix: 36) + "$$"
    if session.dialect.has(.subscriptions) { turn.reply.sbs(.unsolicited) }
    turn.reply.profile(
      Profile(
        signInTime: Int(sources.unixTime()), memberID: account.rawValue, handle: roster.handle, passportToken: token,
        client: place, hasMail: session.settings.mailPage != nil, person: Profile.Person(roster.profile)))
  }
}

extension Profile.Person {
  /// What is not told is as it is for everybody.
  init(_ profile: MemberProfile) {
    self.init()
    if let language = profile.language { self.language = language }
    if !profile.country.isEmpty { country = profile.country }
    postalCode = profile.postalCode
    gender = profile.gender?.rawValue ?? ""
  }
}
