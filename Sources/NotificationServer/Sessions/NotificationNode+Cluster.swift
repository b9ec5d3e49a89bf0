import Cluster
import Logging
import MSNP
import NIOCore
import Roster
import ServerKit
import SignIn

// What a server that is one of many hears of the others.
extension NotificationNode {
  public func receive(_ events: [String], over channel: BusChannel, from run: NodeRun) {
    for text in events {
      if case .rings = channel {
        if let event = RingEvent(text) { receive(event, from: run) } else { complain(text, run) }
      } else {
        guard let event = ClusterEvent(text) else {
          complain(text, run)
          continue
        }
        receive(event, from: run)
        // Web nodes have no key for the switchboards' channel. They send nothing on, so this ends there.
        if case .removed = event, channel == .notification { shared?.link.send(text, to: .switchboards) }
      }
    }
  }

  public func missed(_ run: NodeRun?) {
    logger.notice("a part of the bus was missed: reading the rows", metadata: ["node": "\(run?.name ?? "all")"])
    shared?.resynchronise()
  }

  public func died(_ run: NodeRun) {
    logger.notice("a notification server is dead", metadata: ["node": "\(run)"])
    board.died(run)
  }

  public func joined(as run: NodeRun, before: NodeRun?) {
    if let before { logger.notice("was taken for dead, goes on", metadata: ["node": "\(run)", "was": "\(before)"]) }
    shared?.rejoin()
  }

  public func lost() { logger.error("the cluster's database is away: sign-ins and list changes are refused") }

  private func receive(_ event: ClusterEvent, from run: NodeRun) {
    switch event {
    case .presence(let state): board.apply(PlacedSession(state: state, run: run))
    case .look(let account): if board.needs(account) { shared?.find(account) {} }
    case .notices(let batch): board.deliver(batch)
    case .over(let account, let generation, let answer): end(account, generation, answer, run)
    case .ended(let answer): shared?.heardFarewell(answer)
    case .signOut(let account, let generation):
      board.dismissed(account, generation: generation)?.deliver(.putOut)
    case .removed(let account): putOut(account)
    case .alert(let alert, let account?): board.deliver(.alert(alert), to: account)
    case .alert(let alert, nil): tellEverybody(.alert(alert))
    case .maintenance(let minutes): tellEverybody(.maintenance(minutes: minutes))
    case .signIn(let handle, let address, let failed): door.heard(handle, from: address, failed: failed)
    }
  }

  private func tellEverybody(_ event: NotificationEvent) {
    for member in board.everybody.values { member.reference.deliver(event) }
  }

  /// Another server has claimed the account; it waits until the client here has been told.
  private func end(_ account: AccountID, _ generation: UInt64, _ answer: UInt64, _ run: NodeRun) {
    let done: @Sendable () -> Void = { [self] in
      shared?.link.send(ClusterEvent.ended(answer).text, to: .node(run.name))
    }
    guard let reference = board.dismissed(account, generation: generation) else { return done() }
    reference.loop.execute {
      reference.onLoop().deliver(.signedInElsewhere)
      done()
    }
  }

  /// A switchboard rings somebody here.
  private func receive(_ event: RingEvent, from run: NodeRun) {
    guard case .call(let number, let invitation, let deadline) = event, let link = shared?.link else { return }
    let ring = Ring(invitation, deadline: .now() + .milliseconds(deadline - link.now))
    let isHere = board.deliver(
      .ring(ring) { answer in
        let event: RingEvent =
          switch answer {
          case .ringing(let callee): .ringing(number: number, callee)
          case .unavailable: .unavailable(number: number)
          }
        link.send(event.text, to: .rings(run.name))
      }, to: invitation.callee)
    if !isHere { link.send(RingEvent.notHere(number: number).text, to: .rings(run.name)) }
  }

  private func complain(_ text: String, _ run: NodeRun) {
    logger.error("an event of another version", metadata: ["node": "\(run)", "kind": "\(text.prefix(1))"])
  }
}
