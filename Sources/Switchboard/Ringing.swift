import Cluster
import MSNP
import NIOCore
import ServerKit
import Synchronization

extension SwitchboardServer {
  /// Rings somebody through the notification server that holds them. Whatever happens the caller has an answer before
  /// the ring's patience is over; whoever cannot be reached for any reason is 217.
  func invite(_ transaction: TransactionID, _ callee: UserHandle, _ connection: Connection, _ id: MemberID) {
    guard let session = state.places[id], var conversation = state.conversations[session],
      let caller = conversation.members.first(where: { $0.id == id }), let reference = connection.reference
    else { return connection.answer(.callFailed(transaction, .notOnline)) }
    do throws(ErrorCode) {
      try conversation.invite(callee, limits: settings.conversations, now: .now())
    } catch {
      return connection.answer(.callFailed(transaction, error))
    }
    state.conversations[session] = conversation
    let begun = NIODeadline.now()
    let ring = Ring(
      Ring.Invitation(
        session: session, switchboard: node, caller: caller.account, callerHandle: caller.handle,
        callerName: caller.introduction.name, callee: callee),
      deadline: begun + settings.ringPatience)
    let first = FirstAnswer()
    let settle: @Sendable (RingAnswer) -> Void = { [self] answer in
      guard first.isMine() else { return }
      // A refusal has one fixed time: how quickly it comes must not tell "hidden" from "no such account".
      let moment = answer == .unavailable ? begun + settings.refusalTime : begun
      reference.loop.scheduleTask(deadline: moment) { self.ended(ring, answer, transaction, reference.onLoop()) }
    }
    loop.scheduleTask(deadline: ring.deadline) { settle(.unavailable) }
    route.ring(ring, answer: settle)
  }

  private func ended(_ ring: Ring, _ answer: RingAnswer, _ transaction: TransactionID, _ connection: Connection) {
    switch answer {
    case .ringing(let callee):
      state.conversations[ring.session]?.isRinging(ring.callee, as: callee)
      connection.answer(.ringing(transaction, ring.session))
    case .unavailable:
      state.conversations[ring.session]?.ringFailed(ring.callee)
      connection.answer(.callFailed(transaction, .notOnline))
    }
  }
}

/// Lets the first of several answers through.
private final class FirstAnswer: Sendable {
  private let taken = Atomic(false)
  func isMine() -> Bool { !taken.exchange(true, ordering: .acquiringAndReleasing) }
}
