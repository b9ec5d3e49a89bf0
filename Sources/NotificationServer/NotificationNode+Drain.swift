import Cluster
import MSNP
import NIOCore
import ServerKit
import Synchronization

/// Whether a server still takes people.
final class DrainState: Sendable {
  private let isDraining = Atomic(false)

  var isSet: Bool { isDraining.load(ordering: .relaxed) }
  func set() { isDraining.store(true, ordering: .relaxed) }
}

/// Where somebody who wants to sign in belongs.
public enum SignInPlace: Hashable, Sendable {
  case here
  /// At another server: this one drains. `XFR NS`.
  case elsewhere(HostPort)
  /// This server drains and there is no other: 601.
  case nowhere
}

extension NotificationNode {
  /// The time dispatch servers have to hear that this one drains, before they see its clients again.
  private static let headStart = TimeAmount.seconds(1)

  /// Sends new sign-ins on from now on, ends the sessions one after the other over the window, and returns when
  /// everybody else has been told of it. Their clients come back through the dispatch server, spread as they left.
  ///
  ///     <<< OUT SSD
  public func drain(over window: TimeAmount) async {
    drainState.set()
    let members = Array(board.everybody.values)
    let start = NIODeadline.now() + NotificationNode.headStart
    await withTaskGroup(of: Void.self) { group in
      for (index, member) in members.enumerated() {
        let moment = start + .nanoseconds(window.nanoseconds / Int64(members.count) * Int64(index))
        group.addTask { await member.reference.deliverAndWait(.shutdown, at: moment) }
      }
    }
    await shutDown()
    await shared?.settle()
  }
}

extension ConnectionReference where Machine == NotificationSession {
  /// Brings an event and returns when the session has dealt with it.
  func deliverAndWait(_ event: NotificationEvent, at moment: NIODeadline = .now()) async {
    await withCheckedContinuation { continuation in
      loop.scheduleTask(deadline: moment) {
        onLoop().deliver(event)
        continuation.resume()
      }
    }
  }
}
