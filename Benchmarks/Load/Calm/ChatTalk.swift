import MSNP

/// Has pairs exchange messages of one size, and takes the time that each is on its way.
struct ChatTalk {
  struct Outcome {
    var latencies = Latencies()
    var lateness = Latencies()
  }

  /// What comes in at one end. All messages there are of one length, so that they need not be read to be counted.
  private struct Incoming {
    let length: Int
    /// Bytes of the next message that have come.
    var begun = 0
    /// When those that have not come yet were sent, and how many in front have come.
    var sent: [ContinuousClock.Instant] = []
    var done = 0

    mutating func arrived() -> ContinuousClock.Instant {
      defer {
        done += 1
        if done == sent.count { (done, sent) = (0, []) }
      }
      return sent[done]
    }
  }

  private let sockets: [PlainSocket]
  private let message: [UInt8]
  private var incoming: [Incoming] = []
  private var underWay = 0
  private var poll: PollSet
  private let room = ReadingRoom()

  /// - Parameter ends: the ends of the conversations, those that belong together one behind the other.
  init(_ ends: [PlainClient], size: Int) throws {
    sockets = ends.map(\.socket)
    poll = PollSet(sockets)
    message = Array(("MSG 3 U \(size)\r\n" + String(repeating: "x", count: size)).utf8)
    for end in ends.indices {
      try ends[end ^ 1].socket.send(message)
      // MSG, its words and the payload as they come on the wire, with blanks between and a line's end.
      let line = try ends[end].next("MSG")
      incoming.append(Incoming(length: line.text.utf8.count + 2 + size))
    }
  }

  /// Each answers a message with the next; how many came.
  mutating func inTurn(for time: Duration) throws -> Int {
    let end = ContinuousClock.now + time
    var count = 0
    for place in stride(from: 0, to: sockets.count, by: 2) { try send(to: place) }
    while .now < end {
      try read(atMost: .milliseconds(100)) { talk, place, _, _ in
        count += 1
        try talk.send(to: place ^ 1)
      }
    }
    try finish { _, _ in }
    return count
  }

  /// So many a second, whether they come or not.
  mutating func atRate(_ rate: Int, for time: Duration) throws -> Outcome {
    var outcome = Outcome()
    let began = ContinuousClock.now
    let total = Int(Double(rate) * time.inSeconds)
    var sent = 0
    func due(_ number: Int) -> ContinuousClock.Instant {
      began + .nanoseconds(Int64(number) * 1_000_000_000 / Int64(rate))
    }
    while sent < total {
      while sent < total, case let late = ContinuousClock.now - due(sent), late >= .zero {
        outcome.lateness.add(late)
        // One direction after the other, so that both ends of a pair speak.
        try send(to: (sent * 2) % sockets.count + (sent * 2 / sockets.count) % 2)
        sent += 1
      }
      // Not woken for each message, which would be the dearest way to keep the time.
      try read(atMost: max(.microseconds(100), due(sent) - .now)) { _, _, sentAt, now in
        outcome.latencies.add(now - sentAt)
      }
    }
    try finish { sentAt, now in outcome.latencies.add(now - sentAt) }
    return outcome
  }

  /// Sends a message that comes in at that end.
  private mutating func send(to end: Int) throws {
    incoming[end].sent.append(.now)
    underWay += 1
    try sockets[end ^ 1].send(message)
  }

  private mutating func read(
    atMost time: Duration,
    _ arrived: (inout ChatTalk, Int, ContinuousClock.Instant, ContinuousClock.Instant) throws -> Void
  ) throws {
    for place in poll.wait(atMost: time) {
      let now = ContinuousClock.now
      guard let count = sockets[place].receiveAtOnce(room.bytes) else { continue }
      guard count > 0 else { throw LoadFailure("the server has closed a conversation") }
      try check(room.first(count), at: place)
      incoming[place].begun += count
      while incoming[place].begun >= incoming[place].length {
        incoming[place].begun -= incoming[place].length
        underWay -= 1
        let sentAt = incoming[place].arrived()
        try arrived(&self, place, sentAt, now)
      }
    }
  }

  /// Nothing but messages comes: each begins where the one before ends.
  private func check(_ bytes: UnsafeRawBufferPointer, at place: Int) throws {
    let next = (incoming[place].length - incoming[place].begun) % incoming[place].length
    guard next < bytes.count else { return }
    guard bytes[next] == UInt8(ascii: "M") else {
      throw LoadFailure("no message: \(String(decoding: bytes[next...].prefix(60), as: UTF8.self))")
    }
  }

  /// Waits for what is on its way.
  private mutating func finish(_ arrived: (ContinuousClock.Instant, ContinuousClock.Instant) -> Void) throws {
    let end = ContinuousClock.now + .seconds(PlainSocket.patience)
    while underWay > 0 {
      guard .now < end else { throw LoadFailure("\(underWay) messages are lost") }
      try read(atMost: .milliseconds(100)) { _, _, sentAt, now in arrived(sentAt, now) }
    }
  }
}
