internal import CLibPQ
import Store

/// Why a request failed, and what may still be done about it.
struct QueryFailure: Error {
  let failure: StoreFailure
  /// `SQLSTATE`; empty when no server said so.
  var state = ""

  /// Two transactions stood in each other's way and this one gave in; made again it may pass.
  var isWorthRepeating: Bool { state == "40P01" || state == "40001" }
  /// The server takes no writes (any more): another of the URL's hosts may be the one now.
  var isReadOnlyServer: Bool { state == "25006" }
}

/// One libpq connection in pipeline mode; lives on the thread that polls its socket.
///
/// Requests are sent as they come and answered in that order, each under a Sync of its own, so an error hurts its own
/// request only. The statements of one request are one transaction unless they begin one themselves.
final class PipelineConnection {
  typealias Answer = (Result<[QueryResult], QueryFailure>) -> Void

  private struct Request {
    /// What is prepared first, in this order.
    var preparing: [Statement]
    var then: Answer
    var deadline: ContinuousClock.Instant
    var results: [QueryResult] = []
    var failure: QueryFailure?
  }

  private let connection: OpaquePointer
  private let url: DatabaseURL
  private let meter: RoundTrips
  private var requests = Fifo<Request>()
  /// By name: their SQL is long, and has to be hashed for each query otherwise.
  private var prepared: Set<String> = []

  let descriptor: Int32
  /// Serves one transaction that waits in the middle, and nothing else meanwhile.
  var isLeased = false
  /// Set once nothing can be asked any more; why, for whoever asks.
  private(set) var loss: StoreFailure?
  /// Bytes wait for room in the socket.
  private(set) var wantsToWrite = false

  init(_ open: OpenConnection, for connector: Connector) {
    connection = open.pointer
    url = connector.url
    meter = connector.meter
    descriptor = PQsocket(open.pointer)
  }

  deinit { PQfinish(connection) }

  var load: Int { requests.count }

  /// Queues a request; `flush()` puts it on its way. `then` is called by `receive()`, or at once if all is lost.
  func send(_ queries: [Query], patience: Duration, then: @escaping Answer) {
    if let loss { return then(.failure(QueryFailure(failure: loss))) }
    if queries.contains(where: \.hasNUL) {
      return then(.failure(QueryFailure(failure: StoreFailure("the database keeps no text with a NUL in it"))))
    }
    var new: [Statement] = []
    for query in queries where prepared.insert(query.statement.name).inserted { new.append(query.statement) }
    requests.append(Request(preparing: new, then: then, deadline: .now + patience))
    // Preparing comes first: what an execution's error skips is only executions.
    let isSent =
      new.allSatisfy { PQsendPrepare(connection, $0.name, $0.sql, 0, nil) == 1 }
      && queries.allSatisfy(execute) && PQpipelineSync(connection) == 1
    wantsToWrite = true
    meter.add()
    if !isSent { lose(because: nil) }
  }

  private func execute(_ query: Query) -> Bool {
    CStrings(query.parameters).withPointers {
      PQsendQueryPrepared(connection, query.statement.name, Int32(query.parameters.count), $0, nil, nil, 0) == 1
    }
  }

  /// Writes what the socket takes.
  func flush() {
    guard wantsToWrite, loss == nil else { return }
    switch PQflush(connection) {
    case 0: wantsToWrite = false
    case 1: wantsToWrite = true
    default: lose(because: nil)
    }
  }

  /// Reads what has come and answers the requests that are complete.
  func receive() {
    guard loss == nil else { return }
    let isAlive = PQconsumeInput(connection) == 1
    // What came before the end of the connection counts, above all the answer to a commit.
    var hasEnded = false
    while loss == nil, !requests.isEmpty, PQisBusy(connection) == 0 {
      // One null ends the results of a statement; a second means that libpq expects no more, the connection being lost.
      guard let result = PQgetResult(connection) else {
        if hasEnded { break }
        hasEnded = true
        continue
      }
      hasEnded = false
      take(result)
    }
    if !isAlive || PQstatus(connection) != CONNECTION_OK { lose(because: nil) }
  }

  /// Gives up on a server that has let a request wait beyond its time.
  func checkPatience(_ now: ContinuousClock.Instant) {
    guard let first = requests.first, first.deadline <= now else { return }
    lose(because: StoreFailure("the database has not answered in time"))
  }

  /// Fails everything under way. What was being committed may or may not have been.
  func lose(because cause: StoreFailure?) {
    guard loss == nil else { return }
    let words = url.masked(String(cString: PQerrorMessage(connection)))
    let failure = cause ?? StoreFailure("connection to the database lost: \(words)")
    loss = failure
    while let request = requests.popFirst() {
      request.then(.failure(request.failure ?? QueryFailure(failure: failure)))
    }
  }

  /// Handles one result of the oldest request.
  private func take(_ result: OpaquePointer) {
    switch PQresultStatus(result) {
    case PGRES_PIPELINE_SYNC:
      PQclear(result)
      finish()
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
      requests.withFirst { $0.results.append(QueryResult(owning: result)) }
    case PGRES_PIPELINE_ABORTED:
      PQclear(result)
    default:
      let error = DatabaseError(result)
      PQclear(result)
      requests.withFirst {
        $0.failure = $0.failure ?? QueryFailure(failure: error.failure(url), state: error.state)
      }
    }
  }

  private func finish() {
    guard let request = requests.popFirst() else { return }
    if let failure = request.failure {
      // A result has come for each statement that was prepared; the others still have to be.
      for statement in request.preparing.dropFirst(request.results.count) { prepared.remove(statement.name) }
      request.then(.failure(failure))
      if failure.isReadOnlyServer { lose(because: failure.failure) }
    } else {
      request.then(.success(Array(request.results.dropFirst(request.preparing.count))))
    }
  }
}

/// A queue whose front costs no move of the rest.
struct Fifo<Element> {
  private var elements: [Element?] = []
  private var head = 0

  var isEmpty: Bool { head == elements.count }
  var count: Int { elements.count - head }
  var first: Element? { isEmpty ? nil : elements[head] }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func popFirst() -> Element? {
    guard !isEmpty else { return nil }
    defer {
      elements[head] = nil
      head += 1
      if head == elements.count || head > 1_024 {
        elements.removeFirst(head)
        head = 0
      }
    }
    return elements[head]
  }

  /// Changes the front in place.
  mutating func withFirst(_ body: (inout Element) -> Void) {
    guard !isEmpty, var element = elements[head] else { return }
    elements[head] = nil
    body(&element)
    elements[head] = element
  }
}
