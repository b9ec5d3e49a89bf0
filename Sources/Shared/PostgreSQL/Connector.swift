import Foundation
import Store
import Synchronization

/// Opens connections, on threads of its own: looking up a name and signing in block.
struct Connector: Sendable {
  let url: DatabaseURL
  let mailbox: Mailbox
  let meter = RoundTrips()

  /// Seconds before the second attempt, and at most between any two.
  private static let firstDelay = 0.05
  private static let longestDelay = 1.0

  /// What ends a statement, a wait for a lock and a transaction that has been left alone, in milliseconds.
  private static let settings = """
    SELECT set_config('statement_timeout', '5000', false), set_config('lock_timeout', '3000', false),
      set_config('idle_in_transaction_session_timeout', '5000', false), set_config('synchronous_commit', 'on', false),
      set_config('default_transaction_isolation', 'read committed', false)
    """

  /// Opens a connection and checks that the schema is one that this service can work on.
  func open() throws(StoreFailure) -> OpenConnection {
    let session = try DatabaseSession(url)
    try session.run(Connector.settings)
    try Schema.check(session)
    return try session.pipelined()
  }

  /// Opens a connection in place of a lost one, for as long as that takes or the set is open.
  func replace(_ slot: Int) {
    Thread.detachNewThread {
      var delay = Connector.firstDelay
      while !mailbox.isClosed {
        // The delays differ, so that the nodes of a cluster do not come all at once.
        Thread.sleep(forTimeInterval: delay * Double.random(in: 0.5...1))
        delay = min(delay * 2, Connector.longestDelay)
        do throws(StoreFailure) {
          let connection = try open()
          if !mailbox.post(.connected(connection, slot: slot)) { connection.discard() }
          return
        } catch {
          _ = mailbox.post(.notConnected(error))
        }
      }
    }
  }
}

/// Counts what goes to the server and back.
final class RoundTrips: Sendable {
  private let number = Atomic(0)

  var count: Int { number.load(ordering: .relaxed) }
  func add() { number.add(1, ordering: .relaxed) }
}
