import NIOCore

/// What a request to the gateway asks for, by its query.
///
///     ?Action=open&Server=NS&IP=messenger.hotmail.com      a new session, at a notification server
///     ?Action=open&Server=SB&IP=192.0.2.20                 a new session, at that switchboard
///     ?SessionID=<id>                                      bytes for the server, and what it has said meanwhile
///     ?Action=poll&SessionID=<id>                          what the server has said meanwhile
///     ?Action=poll&Lifespan=60&SessionID=<id>              likewise, as soon as it says something
///
/// Parameters come in any order, an empty one is as good as none, and names are read in any case.
enum GatewayQuery: Hashable, Sendable {
  case open(GatewayServer, place: String?)
  case send(GatewaySessionID)
  case poll(GatewaySessionID, hold: TimeAmount)

  /// Real ones have no more than about 100 bytes.
  static let longest = 512
  /// The longest time for which a poll is held.
  static let longestHold = TimeAmount.seconds(60)

  private enum Name: String { case action, server, ip, sessionid, lifespan }

  /// Nil for what is none of the above.
  init?(_ query: String) {
    guard query.utf8.count <= Self.longest, let values = Self.values(query) else { return nil }
    switch values[.action]?.lowercased() {
    case "open"?:
      guard values[.sessionid] == nil, let server = values[.server].flatMap(GatewayServer.init(word:)) else {
        return nil
      }
      self = .open(server, place: values[.ip])
    case "poll"?:
      guard let id = values[.sessionid].flatMap(GatewaySessionID.init(_:)) else { return nil }
      self = .poll(id, hold: Self.hold(values[.lifespan]))
    case nil:
      guard let id = values[.sessionid].flatMap(GatewaySessionID.init(_:)) else { return nil }
      self = .send(id)
    default: return nil
    }
  }

  /// The parameters that are known and not empty; nil when one of them comes twice.
  private static func values(_ query: String) -> [Name: String]? {
    var values: [Name: String] = [:]
    for part in query.split(separator: "&") {
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2, !halves[1].isEmpty, let name = Name(rawValue: halves[0].lowercased()) else { continue }
      guard values.updateValue(String(halves[1]), forKey: name) == nil else { return nil }
    }
    return values
  }

  /// As long as the client says, at most a minute; not at all when it says nothing that makes sense.
  private static func hold(_ text: String?) -> TimeAmount {
    guard let text, text.utf8.count <= 9, let seconds = Int64(text), seconds > 0 else { return .zero }
    return min(.seconds(seconds), longestHold)
  }
}

/// To which kind of server a session goes.
enum GatewayServer: Hashable, Sendable {
  case notification, switchboard

  /// `NS` or `SB`.
  fileprivate init?(word: String) {
    switch word.uppercased() {
    case "NS": self = .notification
    case "SB": self = .switchboard
    default: return nil
    }
  }
}
