import MSNP
import Roster

/// What nodes tell each other over the bus; each one line of words.
public enum ClusterEvent: Hashable, Sendable {
  /// A session looks like this from now on.
  ///
  ///     P 17 90312 4 alice@example.com NLN Alice E 12,13
  ///     P 17 90312 5 alice@example.com -
  ///     P 17 90312 6 alice@example.com NLN Alice E - 1342554172 %3Cmsnobj%2F%3E %3CData%3E%3CPSM%3E...
  ///     account, generation, sequence, handle, status, name, Everyone but or Only, accounts; and if any of them is set
  ///     capabilities, object, what it says, 0 for none
  case presence(SessionState)
  /// A session looks different, but how is too long to tell: its row says it.
  ///
  ///     L 17
  case look(AccountID)
  /// What a change told an account; all of one list version, in order. ``Roster/Notice``.
  ///
  ///     N 17 258 RA bob@example.com Bob
  case notices([Notice])
  /// The account was claimed elsewhere: the session of that generation is over. The number comes back in ``ended(_:)``.
  ///
  ///     O 17 90312 5
  case over(AccountID, generation: UInt64, answer: UInt64)
  /// The session that was over has been told, or is not here.
  ///
  ///     E 5
  case ended(UInt64)
  /// An operator ends the session of that generation.
  ///
  ///     X 17 90312
  case signOut(AccountID, generation: UInt64)
  /// An operator shows an alert to an account, or to everybody.
  ///
  ///     A - 5 Back%20at%20six. -
  ///     A 17 6 Ready http://example.org/
  ///     account, number, text, page
  case alert(Alert, to: AccountID?)
  /// An operator announces that the service goes down in so many minutes.
  ///
  ///     M 5
  case maintenance(minutes: Int)
  /// The account is no more, or banned: no session and no conversation of it may go on. A notification server that
  /// hears it passes it on to the switchboards, whose channel web nodes have no key for.
  ///
  ///     R 17
  case removed(AccountID)
  /// Somebody failed to sign in, or did; for the counts of guesses. The address is absent for loopback.
  ///
  ///     F alice@example.com 192.0.2.7
  ///     S alice@example.com -
  case signIn(UserHandle, address: String?, failed: Bool)
}

extension ClusterEvent {
  public var text: String {
    var words = WordWriter()
    switch self {
    case .presence(let state): state.write(to: &words)
    case .look(let account):
      words.add("L")
      words.add(account)
    case .notices(let notices):
      words.add("N")
      for (index, notice) in notices.enumerated() {
        if index == 0 {
          words.add(notice.account)
          words.add(notice.version.rawValue)
        }
        notice.news.write(to: &words)
      }
    case .over(let account, let generation, let answer):
      words.add("O")
      words.add(account)
      words.add(generation)
      words.add(answer)
    case .ended(let answer):
      words.add("E")
      words.add(answer)
    case .signOut(let account, let generation):
      words.add("X")
      words.add(account)
      words.add(generation)
    case .removed(let account):
      words.add("R")
      words.add(account)
    case .maintenance(let minutes):
      words.add("M")
      words.add(minutes)
    case .alert(let alert, let account):
      words.add("A")
      words.add(account.map { String($0.rawValue) } ?? "-")
      words.add(alert.number)
      words.add(encoding: alert.text)
      words.add(alert.page ?? "-")
    case .signIn(let handle, let address, let failed):
      words.add(failed ? "F" : "S")
      words.add(handle)
      words.add(address ?? "-")
    }
    return words.text
  }

  /// Nil for what ``text`` does not write.
  public init?(_ text: some StringProtocol) {
    var words = WordReader(text)
    guard let event = ClusterEvent(&words), words.isAtEnd else { return nil }
    self = event
  }

  private init?(_ words: inout WordReader) {
    switch words.word() {
    case "P":
      guard let state = SessionState(&words) else { return nil }
      self = .presence(state)
    case "L":
      guard let account = words.account() else { return nil }
      self = .look(account)
    case "N":
      guard let notices = ClusterEvent.notices(&words) else { return nil }
      self = .notices(notices)
    case "O":
      guard let account = words.account(), let generation = words.number(UInt64.self),
        let answer = words.number(UInt64.self)
      else { return nil }
      self = .over(account, generation: generation, answer: answer)
    case "E":
      guard let answer = words.number(UInt64.self) else { return nil }
      self = .ended(answer)
    case "X":
      guard let account = words.account(), let generation = words.number(UInt64.self) else { return nil }
      self = .signOut(account, generation: generation)
    case "A":
      guard let event = ClusterEvent(alertIn: &words) else { return nil }
      self = event
    case "M":
      guard let minutes = words.number(UInt16.self) else { return nil }
      self = .maintenance(minutes: Int(minutes))
    case "R":
      guard let account = words.account() else { return nil }
      self = .removed(account)
    case let kind? where kind == "F" || kind == "S":
      guard let handle = words.handle(), let address = words.word() else { return nil }
      self = .signIn(handle, address: address == "-" ? nil : String(address), failed: kind == "F")
    default: return nil
    }
  }

  private init?(alertIn words: inout WordReader) {
    guard let target = words.word(), let number = words.number(UInt32.self), let text = words.text(),
      let page = words.word(),
      let alert = try? Alert(number: number, text: text, page: page == "-" ? nil : String(page)), alert.number == number
    else { return nil }
    var account: AccountID?
    if target != "-" {
      guard let number = Int64(target), String(number) == target else { return nil }
      account = AccountID(number)
    }
    self = .alert(alert, to: account)
  }

  private static func notices(_ words: inout WordReader) -> [Notice]? {
    guard let account = words.account(), let version = words.number(UInt32.self) else { return nil }
    var notices: [Notice] = []
    while !words.isAtEnd {
      guard let news = Notice.News(&words) else { return nil }
      notices.append(Notice(account: account, version: ListVersion(version), news: news))
    }
    return notices.isEmpty ? nil : notices
  }
}

extension SessionState {
  fileprivate func write(to words: inout WordWriter) {
    words.add("P")
    words.add(account)
    words.add(mark.generation)
    words.add(mark.sequence)
    words.add(handle)
    guard let presence else { return words.add("-") }
    words.add(presence.status.rawValue)
    words.add(presence.name)
    switch presence.audience {
    case .everyone(let except):
      words.add("E")
      words.add(except)
    case .only(let admitted):
      words.add("O")
      words.add(admitted)
    }
    // Not written when there is none of it: so a service of the last release reads what is told of clients it knows.
    guard presence.capabilities != .none || presence.object != nil || presence.personal != nil else { return }
    words.add(presence.capabilities.rawValue)
    words.add(presence.object?.text ?? "0")
    if let personal = presence.personal { words.add(encoding: personal.payload) } else { words.add("0") }
  }

  fileprivate init?(_ words: inout WordReader) {
    guard let account = words.account(), let generation = words.number(UInt64.self),
      let sequence = words.number(UInt64.self), let handle = words.handle(), let word = words.word()
    else { return nil }
    self.init(
      account: account, handle: handle, mark: SessionMark(generation: generation, sequence: sequence), presence: nil)
    guard word != "-" else { return }
    guard let status = Status(rawValue: String(word)), status.isVisible, let name = words.name(),
      let kind = words.word(), let accounts = words.accounts()
    else { return nil }
    let audience: Audience
    switch kind {
    case "E": audience = .everyone(except: accounts)
    case "O": audience = .only(accounts)
    default: return nil
    }
    presence = Presence(account: account, handle: handle, name: name, status: status, audience: audience)
    guard words.isAtEnd || readMore(&words) else { return nil }
  }

  /// What newer clients show; false when it is none of it.
  private mutating func readMore(_ words: inout WordReader) -> Bool {
    guard let capabilities = words.number(UInt32.self), let object = words.word(), let personal = words.text() else {
      return false
    }
    presence?.capabilities = Capabilities(rawValue: capabilities)
    if object != "0" {
      guard let object = MSNObject(argument: object.utf8) else { return false }
      presence?.object = object
    }
    if personal != "0" {
      guard let personal = PersonalMessage(payload: personal) else { return false }
      presence?.personal = personal
    }
    return capabilities != 0 || object != "0" || personal != "0"
  }
}
