/// People who sign in as fast as they can.
final class Storm {
  /// As many of those who have been there for longest go at a time.
  private static let batch = 50

  private let server: SocketName
  private let handles = CalmPeople.crowd.map(Load.Users.handle)
  /// The oldest first.
  private var present: [PlainClient] = []

  init(at server: SocketName) { self.server = server }

  deinit { for client in present { client.socket.close() } }

  /// All of them; and from then on always those go who have been there for longest, and come again.
  func goOn(until end: ContinuousClock.Instant) throws -> Int {
    try enter(handles)
    var count = handles.count
    while .now < end {
      let first = count % handles.count
      for client in present.prefix(Self.batch) { client.socket.close() }
      present.removeFirst(Self.batch)
      try enter(Array(handles[first..<first + Self.batch]))
      count += Self.batch
    }
    return count
  }

  /// All of them, and then all of them go at the same moment.
  func comeAndGo(until end: ContinuousClock.Instant) throws -> Int {
    var count = 0
    repeat {
      try enter(handles)
      count += handles.count
      for client in present { client.socket.close() }
      present = []
    } while .now < end
    return count
  }

  private func enter(_ handles: [String]) throws { present += try PlainClient.signIn(handles, on: server) }
}
