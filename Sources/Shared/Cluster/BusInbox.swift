/// What came over the bus, in order, and what is missing. Pure; times are milliseconds of the database's clock.
///
/// Only runs of the registry are listened to, and those too young to be in what was read of it last: epochs come from
/// one sequence, so a run that is not known and has a lower epoch than any that is, is over.
public struct BusInbox: Sendable {
  public enum Verdict: Hashable, Sendable {
    /// The next payload of its sender.
    case next
    /// Payloads before it are missing: read the sender's rows anew, then go on from here.
    case afterGap
    /// Seen already, or from a run that is over: not to be looked at.
    case stale
  }

  private struct Place {
    var received: UInt64 = 0
    /// What a heartbeat has said was sent.
    var announced: UInt64 = 0
  }

  private struct Origin {
    var epoch: UInt64
    var places: [BusChannel: Place] = [:]
  }

  private struct Command: Hashable {
    var run: NodeRun
    var channel: BusChannel
    var number: UInt64
  }

  /// How far an operator's command may lie from now; for as long it is remembered, so that it cannot be sent again.
  public static let commandWindow: Int64 = 60_000
  /// An import sends tens of thousands of them: too many to go through at each heartbeat.
  private static let forgetting: Int64 = 10_000

  private let channels: Set<BusChannel>
  private var origins: [String: Origin] = [:]
  private var living: [String: UInt64] = [:]
  private var newest: UInt64 = 0
  private var commands: Set<Command> = []
  /// When those were forgotten last that are too old to be accepted anyway.
  private var forgotAt: Int64 = 0

  public init(hearing channels: [BusChannel]) { self.channels = Set(channels.filter(\.isMadeUpFor)) }

  /// Judges a payload that verified. The first one heard of a run counts as following a gap unless it is number 1:
  /// whoever joins late has to read the rows.
  public mutating func receive(_ payload: BusPayload, at clock: Int64) -> Verdict {
    guard !payload.origin.isOperator else { return receiveCommand(payload, at: clock) }
    let (name, epoch) = (payload.origin.name, payload.origin.epoch)
    guard living[name] == epoch || epoch > newest else { return .stale }
    var origin = origins[name] ?? Origin(epoch: epoch)
    guard origin.epoch <= epoch else { return .stale }
    if origin.epoch < epoch { origin = Origin(epoch: epoch) }
    var place = origin.places[payload.channel] ?? Place()
    guard payload.number > place.received else { return .stale }
    let isNext = payload.number == place.received + 1
    place.received = payload.number
    origin.places[payload.channel] = place
    origins[name] = origin
    return isNext || !payload.channel.isMadeUpFor ? .next : .afterGap
  }

  private mutating func receiveCommand(_ payload: BusPayload, at clock: Int64) -> Verdict {
    let command = Command(run: payload.origin, channel: payload.channel, number: payload.number)
    guard Self.isTimely(payload.origin, at: clock) else { return .stale }
    return commands.insert(command).inserted ? .next : .stale
  }

  private static func isTimely(_ run: NodeRun, at clock: Int64) -> Bool {
    guard let given = Int64(exactly: run.epoch), given < .max / 2 else { return false }
    return abs(given - clock) <= commandWindow
  }

  /// Takes in the registry's rows, and forgets runs that are over. Answers with those of which something has not come
  /// though the look *before* this one already showed that it was sent, each time once: a row may be read while what it
  /// tells of is still on its way.
  ///
  /// - Parameter joining: the bus was away until now, so that what was sent before is no gap but simply not known.
  public mutating func observe(_ rows: [NodeRecord], at clock: Int64, joining: Bool = false) -> [NodeRun] {
    let alive = rows.filter { !$0.isDead }
    living = Dictionary(alive.map { ($0.run.name, $0.run.epoch) }) { max($0, $1) }
    newest = rows.reduce(newest) { max($0, $1.run.epoch) }
    origins = origins.filter { living[$0.key] == $0.value.epoch || $0.value.epoch > newest }
    if abs(clock - forgotAt) >= Self.forgetting {
      commands = commands.filter { Self.isTimely($0.run, at: clock) }
      forgotAt = clock
    }
    return alive.filter { hears($0, joining) }.map(\.run)
  }

  private mutating func hears(_ row: NodeRecord, _ joining: Bool) -> Bool {
    var origin = origins[row.run.name] ?? Origin(epoch: row.run.epoch)
    guard origin.epoch == row.run.epoch else { return false }
    var isMissing = false
    for (channel, number) in row.sent where channels.contains(channel) {
      var place = origin.places[channel] ?? Place()
      if joining { place.received = max(place.received, number) }
      if place.announced > place.received {
        isMissing = true
        place.received = place.announced
      }
      place.announced = max(place.announced, number)
      origin.places[channel] = place
    }
    origins[row.run.name] = origin
    return isMissing
  }
}
