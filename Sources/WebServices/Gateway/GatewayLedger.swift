/// How many gateway sessions there are, of whom, and how many wait for their connection. Pure.
struct GatewayLedger: Sendable {
  enum Refusal: String, Hashable, Sendable, CustomStringConvertible {
    case draining = "this node stops"
    case full = "too many sessions"
    case fullOfClient = "too many sessions of this address"
    case busy = "too many sessions are being opened"

    var description: String { rawValue }
  }

  private(set) var sessions = 0
  private(set) var opening = 0
  private var byClient: [String: Int] = [:]

  /// How many addresses are remembered.
  var clients: Int { byClient.count }

  /// Counts a session that is about to be opened, or says why it cannot be. Nil key: an address that is exempt.
  mutating func begin(_ key: String?, _ settings: Gateway.Settings) -> Refusal? {
    if let key, byClient[key, default: 0] >= settings.sessionsPerClient { return .fullOfClient }
    if sessions >= settings.sessions { return .full }
    if opening >= settings.opening { return .busy }
    sessions += 1
    opening += 1
    if let key { byClient[key, default: 0] += 1 }
    return nil
  }

  /// One that was being opened has its connection.
  mutating func connected() { opening -= 1 }

  /// One that was being opened could not be.
  mutating func fail(_ key: String?) {
    opening -= 1
    end(key)
  }

  /// One that had its connection is over.
  mutating func end(_ key: String?) {
    sessions -= 1
    guard let key, let count = byClient[key] else { return }
    byClient[key] = count > 1 ? count - 1 : nil
  }
}
