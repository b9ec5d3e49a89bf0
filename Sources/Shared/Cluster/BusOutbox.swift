/// Events that wait to be sent, packed into as few payloads as they fit in. Pure: whoever has the connection takes them
/// every few milliseconds, and numbers them only then, so that nothing that was numbered is ever left unsent.
public struct BusOutbox: Sendable {
  private let origin: NodeRun
  private var waiting: [(channel: String, events: [String])] = []
  private var last: [String: UInt64] = [:]

  /// Room for the head, the seal and the brackets.
  private static let overhead = 300

  public init(origin: NodeRun) { self.origin = origin }

  public var isEmpty: Bool { waiting.isEmpty }

  /// The last number given on each channel: heartbeats carry them, so that a lost last payload shows as well.
  public var lastNumbers: [String: UInt64] { last }

  /// Adds an event; false when it is too long for any payload. It then has to travel as "read the row".
  public mutating func add(_ event: String, to channel: String) -> Bool {
    guard Self.cost(event) + Self.overhead <= BusPayload.maximumBytes else { return false }
    if let index = waiting.firstIndex(where: { $0.channel == channel }) {
      waiting[index].events.append(event)
    } else {
      waiting.append((channel, [event]))
    }
    return true
  }

  /// Everything that waits, in the order in which channels were first written to and events were added.
  public mutating func take() -> [BusPayload] {
    var payloads: [BusPayload] = []
    for (channel, events) in waiting {
      var part: [String] = []
      var bytes = Self.overhead
      for event in events {
        if bytes + Self.cost(event) > BusPayload.maximumBytes {
          payloads.append(payload(channel, part))
          part = []
          bytes = Self.overhead
        }
        part.append(event)
        bytes += Self.cost(event)
      }
      payloads.append(payload(channel, part))
    }
    waiting = []
    return payloads
  }

  private mutating func payload(_ channel: String, _ events: [String]) -> BusPayload {
    let number = last[channel, default: 0] + 1
    last[channel] = number
    return BusPayload(origin: origin, channel: channel, number: number, events: events)
  }

  /// An upper bound of an event's bytes inside the JSON array: an escaped character takes up to six.
  private static func cost(_ event: String) -> Int {
    event.utf8.reduce(3) { sum, byte in
      switch byte {
      case 0..<0x20, 0x7f: sum + 6
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): sum + 2
      default: sum + 1
      }
    }
  }
}
