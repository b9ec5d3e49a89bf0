import MSNP

extension PlainClient {
  /// Signs people in on a notification server, up to the answered challenge behind their first `CHG`.
  ///
  /// Fifty are under way at a time. Each goes on as soon as it has been answered, whatever the others do, and for each who
  /// is done the next one begins.
  ///
  /// - Parameters:
  ///   - sources: how many loopback addresses they come from.
  ///   - done: called with each and its place among the handles.
  static func signIn(
    _ handles: [String], on server: SocketName, sources: Int = 1, each done: (PlainClient, Int) -> Void
  ) throws {
    var newcomers = Newcomers(handles, server: server, sources: sources)
    while try newcomers.goOn(done) {}
  }

  /// In the order of the handles.
  static func signIn(_ handles: [String], on server: SocketName, sources: Int = 1) throws -> [PlainClient] {
    var clients: [(place: Int, client: PlainClient)] = []
    try signIn(handles, on: server, sources: sources) { clients.append(($1, $0)) }
    return clients.sorted { $0.place < $1.place }.map(\.client)
  }
}

/// Those who are signing in, and those who are still to come.
private struct Newcomers {
  private static let abreast = 50

  private struct Newcomer {
    let number: Int
    let client: PlainClient
    var scene: SignInScene
    var left: ArraySlice<SignInStep>
    var end = AnswerEnd.line(.VER)

    mutating func say() throws {
      let step = left.removeFirst()
      end = step.end
      try client.socket.send(Array(step.line(scene).utf8))
    }
  }

  private let handles: [String]
  private let server: SocketName
  private let sources: Int
  private let entrance = Entrance()
  private var next = 0
  private var present: [Newcomer?] = Array(repeating: nil, count: abreast)
  private var poll = PollSet(places: abreast)

  init(_ handles: [String], server: SocketName, sources: Int) {
    self.handles = handles
    self.server = server
    self.sources = sources
  }

  /// Goes on with those who have been answered; false when all are signed in.
  mutating func goOn(_ done: (PlainClient, Int) -> Void) throws -> Bool {
    for place in present.indices where present[place] == nil && next < handles.count { try begin(at: place) }
    guard present.contains(where: { $0 != nil }) else { return false }
    let ready = poll.wait(atMost: .seconds(PlainSocket.patience))
    guard !ready.isEmpty else { throw LoadFailure("nothing came instead of answers to people who sign in") }
    for place in ready {
      guard var newcomer = present[place] else { continue }
      if let line = try newcomer.client.look(for: &newcomer.end) {
        newcomer.scene.last = line
        if newcomer.left.isEmpty {
          present[place] = nil
          poll.put(nil, at: place)
          done(newcomer.client, newcomer.number)
          continue
        }
        try newcomer.say()
      }
      present[place] = newcomer
    }
    return true
  }

  private mutating func begin(at place: Int) throws {
    let client = try PlainClient(to: server, from: sources > 1 ? .source(next % sources) : nil)
    var newcomer = Newcomer(
      number: next, client: client, scene: entrance.scene(of: handles[next]), left: entrance.dialect.script[...])
    next += 1
    try newcomer.say()
    present[place] = newcomer
    poll.put(client.socket, at: place)
  }
}
