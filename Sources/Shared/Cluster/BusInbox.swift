/// What came over the bus, in order, and what is missing. Pure.
public struct BusInbox: Sendable {
  public enum Verdict: Hashable, Sendable {
    /// The next payload of its sender.
    case next
    /// Payloads before it are missing: read the sender's rows anew, then go on from here.
    case afterGap
    /// Seen already, or from a run that is over: not to be looked at.
    case stale
  }

  private struct Key: Hashable {
    var node: String
    var channel: String
  }

  private struct Place {
    var epoch: UInt64
    var number: UInt64
  }

  private var places: [Key: Place] = [:]
  private var dead: [String: UInt64] = [:]

  public init() {}

  /// Judges a payload that verified. The first one heard of a run counts as following a gap unless it is number 1:
  /// whoever joins late has to read the rows.
  public mutating func receive(_ payload: BusPayload) -> Verdict {
    let key = Key(node: payload.origin.name, channel: payload.channel)
    guard payload.origin.epoch > dead[payload.origin.name] ?? 0 else { return .stale }
    let before = places[key]
    if let before, before.epoch > payload.origin.epoch { return .stale }
    let last = before?.epoch == payload.origin.epoch ? before?.number ?? 0 : 0
    guard payload.number > last else { return .stale }
    places[key] = Place(epoch: payload.origin.epoch, number: payload.number)
    return payload.number == last + 1 ? .next : .afterGap
  }

  /// A heartbeat says what its sender sent last; true when something of it never came.
  public mutating func hears(lastNumber: UInt64, on channel: String, of run: NodeRun) -> Bool {
    guard run.epoch > dead[run.name] ?? 0 else { return false }
    let key = Key(node: run.name, channel: channel)
    let before = places[key]
    if let before, before.epoch > run.epoch { return false }
    let last = before?.epoch == run.epoch ? before?.number ?? 0 : 0
    guard lastNumber > last else { return false }
    places[key] = Place(epoch: run.epoch, number: lastNumber)
    return true
  }

  /// A run is over: nothing of it, or of an earlier one, counts any more.
  public mutating func buried(_ run: NodeRun) {
    dead[run.name] = max(dead[run.name] ?? 0, run.epoch)
    places = places.filter { $0.key.node != run.name || $0.value.epoch > run.epoch }
  }
}
