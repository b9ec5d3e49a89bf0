import Cluster
import Logging
import PostgreSQL
import Store

// What comes over the bus, and what goes.
extension NodeLoop {
  /// Hands on what has come.
  func hear() throws(BusConnection.Failure) {
    let connection = try asking()
    while let notification = connection.nextNotification() { receive(notification.payload, over: notification.channel) }
  }

  private func receive(_ text: String, over name: String) {
    guard let channel = identity.heard[name], let key = identity.keys.key(of: channel) else { return }
    let payload: BusPayload
    do throws(BusPayload.Refusal) { payload = try BusPayload(text, over: channel, key: key) } catch {
      if let count = forgeries.add(at: Monotonic.milliseconds) {
        logger.warning(
          "what came over the bus is not sealed with the key of this cluster and is dropped",
          metadata: ["channel": "\(name)", "reason": "\(error)", "count": "\(count)"])
      }
      return
    }
    guard payload.origin.name != identity.name else { return }
    // Clients are sent to who has just come, and no more to who drains, without waiting for the next heartbeat. That
    // shows whatever was missed or comes twice.
    if case .registry = channel {
      nextBeat = 0
      return
    }
    switch inbox.receive(payload, at: state.clock) {
    case .stale: return
    case .afterGap: member.missed(payload.origin)
    case .next: break
    }
    if case .control = channel { return obey(payload.events) }
    member.receive(payload.events, over: channel, from: payload.origin)
  }

  /// An operator's wishes name the run that they are for, so that they do not meet one that has begun since.
  private func obey(_ events: [String]) {
    for event in events {
      if event == "drain \(run.epoch)" {
        member.drain()
      } else {
        logger.notice("a command is for another run of this node, or not known here", metadata: ["command": "\(event)"])
      }
    }
  }

  /// Sends what waits, if it is time.
  func sendWaiting() throws(BusConnection.Failure) {
    guard case .member = standing, Monotonic.milliseconds >= nextSend, !state.get(\.outbox.isEmpty) else { return }
    if Monotonic.milliseconds - lastBeat > NodeLoop.longestSilence {
      try heartbeat()
      guard case .member = standing else { return }
    }
    let (payloads, listeners) = state.change { ($0.outbox.take(), $0.view.listeners) }
    for first in stride(from: 0, to: payloads.count, by: NodeLoop.largestBatch) {
      guard try send(payloads[first..<min(first + NodeLoop.largestBatch, payloads.count)]) else { return try fence() }
    }
    nextSend = Monotonic.milliseconds + BusPace.pause(afterSending: payloads.count, listeners: listeners)
  }

  /// Payloads in one statement: about 700 KB.
  private static let largestBatch = 100

  /// False when the run is over, and nothing was sent. What the database refuses is lost, and shows as a gap.
  private func send(_ payloads: ArraySlice<BusPayload>) throws(BusConnection.Failure) -> Bool {
    var (channels, texts): ([String], [String]) = ([], [])
    for payload in payloads {
      guard let key = identity.keys.key(of: payload.channel) else { continue }
      channels.append(payload.channel.name)
      texts.append(payload.text(sealedWith: key))
    }
    do throws(BusConnection.Failure) {
      return try !asking().run(RegistrySQL.notify, own + [.texts(channels), .texts(texts)]).isEmpty
    } catch {
      if error.isLost { throw error }
      if let count = unsent.add(at: Monotonic.milliseconds) {
        logger.error("events for other nodes are lost: \(error.failure)", metadata: ["batches": "\(count)"])
      }
      return true
    }
  }
}

/// Something that is logged at most every ten seconds, however often it happens.
struct Complaint {
  private var count = 0
  private var next = Int.min

  /// How often it has happened since it was logged; nil when that is not long ago.
  mutating func add(at now: Int) -> Int? {
    count += 1
    guard now >= next else { return nil }
    defer { count = 0 }
    next = now + 10_000
    return count
  }
}
