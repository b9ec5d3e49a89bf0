/// Events that wait to be sent, packed into as few payloads as they fit in. Pure: whoever has the connection takes them
/// every few milliseconds, and numbers them only then, so that a number that was given is always sent or was lost.
///
/// Each channel keeps the order of its events. ``BusChannel/notification`` and ``BusChannel/node(_:)`` have listeners in
/// common and never overtake each other either; other channels have nothing to do with one another.
public struct BusOutbox: Sendable {
  private struct Part {
    let channel: BusChannel
    var events: [String]
    var bytes: Int
  }

  public private(set) var origin: NodeRun
  private var waiting: [Part] = []
  /// The place of each channel's last part.
  private var open: [BusChannel: Int] = [:]
  private var hasOpenNode = false
  private var last: [BusChannel: UInt64] = [:]

  /// Room for the head and its seal: 30 bytes of name, 46 of channel, two numbers of 20, 24 of MAC.
  private static let overhead = 160

  public init(origin: NodeRun) { self.origin = origin }

  public var isEmpty: Bool { waiting.isEmpty }

  /// The last number given on each channel: heartbeats carry them, so that a lost last payload shows as well.
  public var lastNumbers: [BusChannel: UInt64] { last }

  /// Adds an event; false when it is too long for any payload, and has to travel as "read the row", or holds a line
  /// feed or NUL, which no event may.
  public mutating func add(_ event: String, to channel: BusChannel) -> Bool {
    guard let bytes = Self.bytes(of: event) else { return false }
    if let index = open[channel], waiting[index].bytes + bytes <= BusPayload.maximumBytes {
      waiting[index].events.append(event)
      waiting[index].bytes += bytes
    } else {
      open[channel] = waiting.count
      waiting.append(Part(channel: channel, events: [event], bytes: Self.overhead + bytes))
    }
    // What is added to these later must come behind this.
    switch channel {
    case .notification:
      guard hasOpenNode else { break }
      open = open.filter { if case .node = $0.key { false } else { true } }
      hasOpenNode = false
    case .node:
      open[.notification] = nil
      hasOpenNode = true
    case .rings, .switchboards, .registry, .control: break
    }
    return true
  }

  /// Everything that waits, in the order in which it is to be sent.
  public mutating func take() -> [BusPayload] {
    defer { clear() }
    return waiting.map { part in
      BusPayload(origin: origin, channel: part.channel, number: count(part.channel), events: part.events)
    }
  }

  /// Counts an event that cannot be sent: the next payload of its channel, or the next heartbeat, will show a gap.
  /// Answers as ``add(_:to:)`` does.
  public mutating func lose(_ event: String, to channel: BusChannel) -> Bool {
    guard Self.bytes(of: event) != nil else { return false }
    _ = count(channel)
    return true
  }

  /// Gives up what waits; it shows as a gap.
  public mutating func loseAll() {
    for part in waiting { _ = count(part.channel) }
    clear()
  }

  /// Begins to count anew for a new run. What waited under the old one is given up, and shows as a gap.
  public mutating func begin(as run: NodeRun) {
    origin = run
    last = [:]
    loseAll()
  }

  private mutating func count(_ channel: BusChannel) -> UInt64 {
    last[channel, default: 0] += 1
    return last[channel, default: 1]
  }

  private mutating func clear() {
    waiting = []
    open = [:]
    hasOpenNode = false
  }

  /// The bytes it takes in a payload; nil when no payload can hold it.
  private static func bytes(of event: String) -> Int? {
    let bytes = event.utf8.count + 1
    guard overhead + bytes <= BusPayload.maximumBytes else { return nil }
    return event.utf8.contains { $0 == UInt8(ascii: "\n") || $0 == 0 } ? nil : bytes
  }
}
