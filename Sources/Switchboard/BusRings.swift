import Cluster
import Logging
import MSNP
import NIOCore
import Roster
import ServerKit
import Synchronization

/// The road to callees on other processes: looks up where a callee is signed in, rings there over the bus, and looks
/// once more when the callee has moved meanwhile.
public final class BusRings: RingRoute {
  private struct Pending {
    let invitation: Ring.Invitation
    let deadline: NIODeadline
    let askedAt: PlacedSession
    let isSecond: Bool
    let answer: @Sendable (RingAnswer) -> Void
  }

  private struct State {
    var pending: [UInt64: Pending] = [:]
    /// Begins anywhere: what comes late for an earlier run of the switchboard is not to meet a ring of this one.
    var last = UInt64.random(in: 0..<1 << 40)
  }

  private let link: any ClusterLink
  private let directory: any SessionDirectory
  private let state = Mutex(State())

  public init(link: any ClusterLink, directory: any SessionDirectory) {
    self.link = link
    self.directory = directory
  }

  public func ring(_ ring: Ring, answer: @escaping @Sendable (RingAnswer) -> Void) {
    directory.session(of: ring.callee) { [self] session in
      guard let session else { return answer(.unavailable) }
      ask(
        Pending(
          invitation: ring.invitation, deadline: ring.deadline, askedAt: session, isSecond: false, answer: answer))
    }
  }

  public func introduction(of account: AccountID, answer: @escaping @Sendable (Introduction?) -> Void) {
    directory.introduction(of: account, then: answer)
  }

  private func ask(_ ring: Pending) {
    let now = NIODeadline.now()
    guard now < ring.deadline, link.health(of: ring.askedAt.run) != .dead else { return ring.answer(.unavailable) }
    let number = state.withLock { state in
      // Whoever does not answer in time is not heard any more; its caller has been told by the switchboard.
      if state.pending.count >= 1_000 { state.pending = state.pending.filter { $0.value.deadline > now } }
      state.last += 1
      state.pending[state.last] = ring
      return state.last
    }
    let deadline = link.now + (ring.deadline - now).nanoseconds / 1_000_000
    let event = RingEvent.call(number: number, ring.invitation, deadline: deadline)
    if !link.send(event.text, to: .rings(ring.askedAt.run.name)) { take(number)?.answer(.unavailable) }
  }

  private func take(_ number: UInt64) -> Pending? { state.withLock { $0.pending.removeValue(forKey: number) } }

  /// An answer from a notification server.
  func receive(_ event: RingEvent) {
    switch event {
    case .call: break
    case .ringing(let number, let callee): take(number)?.answer(.ringing(callee))
    case .unavailable(let number): take(number)?.answer(.unavailable)
    case .notHere(let number): if let ring = take(number) { lookAgain(ring) }
    }
  }

  /// The callee has left that server since its row was read.
  private func lookAgain(_ ring: Pending) {
    guard !ring.isSecond else { return ring.answer(.unavailable) }
    directory.session(of: ring.invitation.callee) { [self] session in
      guard let session, session.state.mark.generation != ring.askedAt.state.mark.generation else {
        return ring.answer(.unavailable)
      }
      ask(
        Pending(
          invitation: ring.invitation, deadline: ring.deadline, askedAt: session, isSecond: true,
          answer: ring.answer))
    }
  }
}

/// What a switchboard hears of the other nodes.
public struct SwitchboardMember: Sendable {
  private let server: SwitchboardServer
  private let rings: BusRings
  private let logger: Logger

  public init(server: SwitchboardServer, rings: BusRings, logger: Logger) {
    self.server = server
    self.rings = rings
    self.logger = logger
  }

  public func receive(_ events: [String], over channel: BusChannel, from run: NodeRun) {
    for text in events {
      if case .rings = channel, let event = RingEvent(text) {
        rings.receive(event)
      } else if case .switchboards = channel, case .removed(let account) = ClusterEvent(text) {
        server.putOut(account)
      } else {
        logger.error("an event of another version", metadata: ["node": "\(run)", "kind": "\(text.prefix(1))"])
      }
    }
  }

  /// Tickets bear the run: those that were made for the former one are void, its conversations go on.
  public func joined(as run: NodeRun, before: NodeRun?) { server.takeRun(run) }

  public func lost() { logger.error("the cluster's database is away: nobody can be invited") }
}
