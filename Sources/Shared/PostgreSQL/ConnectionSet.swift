import Foundation
import Roster
import Store

/// A node's connections to PostgreSQL, with one thread that polls them all.
///
/// Requests share the first connections in pipeline mode; transactions that wait in the middle lease one of the others.
/// Callbacks come on the thread and must not block. While the database is away every request fails at once with the
/// reason, and each lost connection is sought anew by itself.
package final class ConnectionSet: Sendable {
  private let mailbox: Mailbox
  private let meter: RoundTrips

  /// Connects, which blocks: a database that is away, or of another schema, is better found out at the start.
  package init(_ url: String, shared: Int, leased: Int) throws(StoreFailure) {
    let mailbox = try Mailbox()
    let connector = Connector(url: try DatabaseURL(url), mailbox: mailbox)
    var open: [OpenConnection] = []
    do throws(StoreFailure) {
      for _ in 0..<(shared + leased) { open.append(try connector.open()) }
    } catch {
      for connection in open { connection.discard() }
      throw error
    }
    self.mailbox = mailbox
    meter = connector.meter
    let connections = open
    let thread = Thread {
      ConnectionLoop(connections, shared: shared, mailbox: mailbox, connector: connector).run()
    }
    thread.name = "postgresql"
    thread.start()
  }

  deinit { _ = mailbox.post(.abandon) }

  /// How often something has gone to the server, to come back: a transaction takes two.
  package var roundTrips: Int { meter.count }

  package func close() async {
    await withCheckedContinuation { continuation in
      post(.close { continuation.resume() })
    }
  }

  package func request(_ queries: [Query], then: @escaping @Sendable (Result<[QueryResult], StoreFailure>) -> Void) {
    post(.request(queries, then: then))
  }

  package func request(
    behind account: AccountID, _ queries: [Query],
    then: @escaping @Sendable (Result<[QueryResult], StoreFailure>) -> Void
  ) {
    post(.requestBehind(account, queries, then: then))
  }

  /// Runs statements as one transaction in one round trip, on a leased connection, since they may wait for locks; behind
  /// every change by the account that was asked for before.
  package func whole(
    _ queries: [Query], behind account: AccountID,
    then: @escaping @Sendable (Result<[QueryResult], StoreFailure>) -> Void
  ) {
    post(.transaction(Job(whole: queries, owner: account, then: then)))
  }

  package func transaction<Value>(
    _ transaction: Transaction<Value>, then: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    post(.transaction(Job(transaction, then: then)))
  }

  private func post(_ order: Order) {
    guard !mailbox.post(order) else { return }
    // The caller may hold a lock that the callback wants: it is never called from inside the request.
    Thread.detachNewThread { order.refuse(StoreFailure("the store is closed")) }
  }
}

extension ConnectionSet {
  package func request(_ queries: [Query]) async throws(StoreFailure) -> [QueryResult] {
    let result = await withCheckedContinuation { continuation in
      request(queries) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  package func transaction<Value>(_ transaction: Transaction<Value>) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      self.transaction(transaction) { continuation.resume(with: $0) }
    }
  }
}
