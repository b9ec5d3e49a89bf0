import MSNP

/// What the client says, in people's words.
enum ChatWords {
  static let help = """
    What you type goes to the current conversation. Commands:
    /list                 your contacts, who is online first
    /chat WHO             begin a conversation, or go back to one; WHO is an address or part of a name
    /invite WHO           ask somebody else into the current conversation
    /leave                leave the current conversation
    /status STATUS        online, away, busy, brb, phone, lunch or hidden
    /name NEW NAME        change the name others see
    /psm TEXT             say something under your name (MSNP11 and 12); nothing takes it back
    /add EMAIL            add somebody to your contacts
    /remove WHO           take somebody off them
    /block WHO            be offline to somebody, and not to be called
    /unblock WHO          undo that
    /quit                 sign out
    A line that begins with two slashes is sent without the first.
    """

  /// What a change of presence means; nil when there is nothing to tell.
  static func presence(_ before: ContactBook.Contact?, _ now: ContactBook.Contact) -> String? {
    let wasVisible = before?.status.isVisible ?? false
    switch (wasVisible, now.status.isVisible) {
    case (false, false): return nil
    case (true, false): return "\(now.name) went offline"
    case (false, true):
      return now.status == .online ? "\(now.name) is online" : "\(now.name) is online (\(now.status.words))"
    case (true, true):
      if let before, before.status != now.status { return "\(now.name) is now \(now.status.words)" }
      if let before, before.name != now.name { return "\(before.name) is now called \(now.name)" }
      return nil
    }
  }

  /// What was sent that is no text; nil for what means nothing to anybody.
  static func datacast(_ kind: String?) -> String? {
    switch kind {
    case "1": "nudges you."
    case "2": "sends a wink, which this client cannot show."
    case "3": "sends a voice clip, which this client cannot play."
    default: nil
    }
  }

  /// The meaning of an error number.
  static func reason(_ code: UInt16) -> String {
    ErrorCode(rawValue: code).flatMap(reason) ?? "the server gave error \(code)"
  }

  private static func reason(_ code: ErrorCode) -> String? {
    switch code {
    case .invalidParameter, .invalidUserName, .syntaxError: "that is not an address, or not a legal one"
    case .invalidUser: "there is no user of that address"
    case .invalidFriendlyName: "that name is not allowed"
    case .listFull: "the list is full"
    case .alreadyThere: "they are there already"
    case .notOnList: "they are not on that list"
    case .notOnline: "they are not online, or cannot be called"
    case .alreadyInMode: "it is like that already"
    case .onOppositeList: "they are blocked: /unblock them first"
    case .tooActive, .changingTooRapidly: "too many requests: wait a little"
    case .tooManySessions, .sessionOverload: "too many conversations"
    case .notAllowedWhileHidden: "you are hidden: /status online first"
    case .authenticationFailed: "the ticket was refused"
    case .serverBusy, .serverUnavailable, .serverGoingDown, .internalServerError, .databaseError:
      "the service is not available just now, try again later"
    default: nil
    }
  }
}

extension Status {
  /// As it reads after "is".
  var words: String {
    switch self {
    case .online: "online"
    case .busy: "busy"
    case .idle: "idle"
    case .beRightBack: "away for a moment"
    case .away: "away"
    case .onThePhone: "on the phone"
    case .outToLunch: "out to lunch"
    case .hidden: "hidden"
    case .offline: "offline"
    }
  }

  /// Reads what `/status` is given.
  static func named(_ word: String) -> Status? {
    switch word.lowercased() {
    case "online": .online
    case "away": .away
    case "busy": .busy
    case "brb": .beRightBack
    case "phone": .onThePhone
    case "lunch": .outToLunch
    case "hidden": .hidden
    default: nil
    }
  }
}

extension Line {
  /// The number of an error line, such as `217 2`.
  var errorNumber: UInt16? { UInt16(decimal: Array(verb.description.utf8)) }

  func handle(_ index: Int) -> UserHandle? { bytes(index).flatMap { UserHandle(bytes: $0) } }

  /// A name, decoded; as it stands when it is not properly encoded.
  func name(_ index: Int) -> String? {
    bytes(index).flatMap { PercentEncoding.decode($0) } ?? text(index)
  }
}
