internal import CLibPQ
import PostgreSQL
import Store

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The one connection of a node that hears the bus. It is not pipelined: a statement is waited for, and what is heard
/// meanwhile is kept. Lives on the thread that uses it.
final class BusConnection {
  struct Failure: Error {
    let failure: StoreFailure
    /// Nothing more can be asked on this connection.
    let isLost: Bool
  }

  private let connection: OpaquePointer
  private let url: DatabaseURL

  /// Milliseconds that a statement may take, beyond the time limit that the server itself keeps.
  private static let patience = 6_000

  /// Connects and signs in, which blocks as long as the URL's `connect_timeout` allows; checks the schema.
  init(_ url: DatabaseURL) throws(StoreFailure) {
    self.url = url
    let session = try DatabaseSession(url)
    try session.run(RegistrySQL.settings)
    try Schema.check(session)
    connection = try session.nonBlocking().pointer
  }

  deinit { PQfinish(connection) }

  var descriptor: Int32 { PQsocket(connection) }

  /// Runs one statement, or with no parameters several at once; answers with the last one's rows.
  @discardableResult
  func run(_ sql: String, _ parameters: [Parameter] = []) throws(Failure) -> QueryResult {
    let isSent =
      parameters.isEmpty
      ? PQsendQuery(connection, sql)
      : CStrings(parameters.map(\.text)).withPointers {
        PQsendQueryParams(connection, sql, Int32(parameters.count), nil, $0, nil, nil, 0)
      }
    guard isSent == 1 else { throw lost }
    let deadline = Monotonic.milliseconds + BusConnection.patience
    try flush(until: deadline)
    var last: QueryResult?
    var error: StoreFailure?
    while let result = try next(until: deadline) {
      if [PGRES_TUPLES_OK, PGRES_COMMAND_OK].contains(PQresultStatus(result)) {
        last = QueryResult(owning: result)
      } else {
        error = error ?? DatabaseError(result).failure(url)
        PQclear(result)
      }
    }
    if let error { throw Failure(failure: error, isLost: PQstatus(connection) != CONNECTION_OK) }
    guard let last else { throw lost }
    return last
  }

  /// Takes in what the socket has; false when the connection is at its end.
  func consume() -> Bool { PQconsumeInput(connection) == 1 && PQstatus(connection) == CONNECTION_OK }

  /// The next notification that has come from somebody else: what this connection has sent comes back to it too.
  func nextNotification() -> (channel: String, payload: String)? {
    let own = PQbackendPID(connection)
    while let notification = PQnotifies(connection) {
      defer { PQfreemem(notification) }
      guard notification.pointee.be_pid != own else { continue }
      return (String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
    }
    return nil
  }

  var lost: Failure {
    let words = url.masked(String(cString: PQerrorMessage(connection)))
    return Failure(failure: StoreFailure("connection to the database lost: \(words)"), isLost: true)
  }

  private func flush(until deadline: Int) throws(Failure) {
    while true {
      switch PQflush(connection) {
      case 0: return
      case 1:
        try wait(for: POLLIN | POLLOUT, until: deadline)
        // The server may not read on before what it has written is read.
        guard PQconsumeInput(connection) == 1 else { throw lost }
      default: throw lost
      }
    }
  }

  private func next(until deadline: Int) throws(Failure) -> OpaquePointer? {
    while PQisBusy(connection) == 1 {
      try wait(for: POLLIN, until: deadline)
      guard PQconsumeInput(connection) == 1 else { throw lost }
    }
    return PQgetResult(connection)
  }

  private func wait(for events: Int32, until deadline: Int) throws(Failure) {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    while true {
      let left = deadline - Monotonic.milliseconds
      guard left > 0 else {
        throw Failure(failure: StoreFailure("the database has not answered in time"), isLost: true)
      }
      if poll(&entry, 1, Int32(left)) > 0 { return }
    }
  }
}

/// A clock that only goes forward, whatever becomes of the time of day.
enum Monotonic {
  static var milliseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int(time.tv_sec) * 1_000 + Int(time.tv_nsec) / 1_000_000
  }
}
