import Crypto
import Foundation

/// One payload of the bus: events of one node for one channel, numbered without gaps and sealed.
///
///     1 ns-a 7 presence 1042 q83vEjRWeJq83vEjRWeJqw== ["...","..."]
///     version, node, epoch, channel, number, MAC, events
///
/// PostgreSQL has no rights on `NOTIFY`: whoever may connect may send. So each payload bears a MAC over all of it, and
/// what does not verify is dropped.
public struct BusPayload: Hashable, Sendable {
  /// PostgreSQL takes payloads of under 8,000 bytes.
  public static let maximumBytes = 7_000

  public var origin: NodeRun
  public var channel: String
  /// Counts up by one for each payload of this run to this channel, from 1.
  public var number: UInt64
  /// Opaque to the bus.
  public var events: [String]

  public init(origin: NodeRun, channel: String, number: UInt64, events: [String]) {
    self.origin = origin
    self.channel = channel
    self.number = number
    self.events = events
  }

  public enum Refusal: Error, Hashable, Sendable {
    case malformed
    /// Not made by anybody who has the key.
    case forged
  }

  public func text(sealedWith key: SymmetricKey) throws -> String {
    let body = String(decoding: try JSONEncoder().encode(events), as: UTF8.self)
    return "\(head) \(Self.seal(head, body, key)) \(body)"
  }

  /// Reads a payload that came over `channel`. Throws ``Refusal``.
  public init(_ text: String, over channel: String, key: SymmetricKey) throws(Refusal) {
    let words = text.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: false).map(String.init)
    guard words.count == 7, words[0] == "1", let epoch = UInt64(words[2]), let number = UInt64(words[4]), number > 0
    else { throw .malformed }
    self.init(origin: NodeRun(name: words[1], epoch: epoch), channel: words[3], number: number, events: [])
    // The channel is in the seal too: a payload recorded on one must not pass on another.
    guard words[3] == channel, Self.isEqual(words[5], Self.seal(head, words[6], key)) else { throw .forged }
    guard let events = try? JSONDecoder().decode([String].self, from: Data(words[6].utf8)) else { throw .malformed }
    self.events = events
  }

  private var head: String { "1 \(origin.name) \(origin.epoch) \(channel) \(number)" }

  private static func seal(_ head: String, _ body: String, _ key: SymmetricKey) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Data("\(head) \(body)".utf8), using: key)
    return Data(code.prefix(16)).base64EncodedString()
  }

  private static func isEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
