/// One payload of the bus: events of one node for one channel, numbered without gaps and sealed.
///
///     1 ns-a 7 monarch.ns 1042 q83vEjRWeJq83vEjRWeJqw==
///     version, node, epoch, channel, number, MAC; then an event a line, with a line feed between any two
///
/// PostgreSQL has no rights on `NOTIFY`: whoever may connect may send. So each payload bears a MAC over all of it, and
/// what does not verify is dropped.
public struct BusPayload: Hashable, Sendable {
  /// PostgreSQL takes payloads of under 8,000 bytes.
  public static let maximumBytes = 7_000

  public var origin: NodeRun
  public var channel: BusChannel
  /// Counts up by one for each payload of this run to this channel, from 1.
  public var number: UInt64
  /// Opaque to the bus; without line feeds and NUL.
  public var events: [String]

  public init(origin: NodeRun, channel: BusChannel, number: UInt64, events: [String]) {
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

  public func text(sealedWith key: SealKey) -> String {
    let head = head
    let body = events.joined(separator: "\n")
    return "\(head) \(key.seal("\(head)\n\(body)"))\n\(body)"
  }

  /// Reads a payload that came over `channel`. Throws ``Refusal``.
  public init(_ text: String, over channel: BusChannel, key: SealKey) throws(Refusal) {
    // Bytes, not characters: an event may begin with what joins up with the line feed before it.
    let parts = text.utf8.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let body = parts.last, parts.count == 2 else { throw .malformed }
    let words = first.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map {
      String(Substring($0))
    }
    guard words.count == 6, words[0] == "1", let epoch = UInt64(words[2]),
      let number = UInt64(words[4]), number > 0
    else { throw .malformed }
    self.init(origin: NodeRun(name: words[1], epoch: epoch), channel: channel, number: number, events: [])
    // The channel is in the seal too: a payload recorded on one must not pass on another.
    guard words[3] == channel.name, key.verifies(words[5], of: "\(head)\n\(Substring(body))") else { throw .forged }
    events = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { String(Substring($0)) }
  }

  private var head: String { "1 \(origin.name) \(origin.epoch) \(channel.name) \(number)" }
}
