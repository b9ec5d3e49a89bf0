import NIOCore

/// The rules of one gateway session: a client that asks over HTTP, and a connection to a server that speaks when it
/// likes. No IO, no clock.
///
/// - One request is in flight at a time. It is answered as soon as the server has said something; without that, one
///   that brought bytes after ``Limits/patience``, a poll after the time it may be held.
/// - What the server says meanwhile waits, up to a bound; beyond it the server is read no more until the client asks,
///   and does to it what it does to everybody who does not read.
/// - When the server ends, what it said last is delivered first, and the answer after that closes the session.
/// - A client that asks nothing for ``Limits/idle`` is gone.
struct GatewaySession: Sendable {
  struct Limits: Sendable {
    /// How long a session lives without a request.
    var idle = TimeAmount.seconds(60)
    /// How long a request that brought bytes waits for the server's answer to them.
    var patience = TimeAmount.milliseconds(500)
    /// How many bytes may wait for the client before its server is read no more.
    var waiting = 64 * 1024
    /// How many bytes of the client may wait for its server.
    var unsent = 128 * 1024
  }

  enum Action: Hashable, Sendable {
    /// Bytes for the server.
    case send(ByteBuffer)
    /// Answers the request in flight.
    case answer(ByteBuffer, closes: Bool)
    /// The request that came last is none that can be answered.
    case refuse
    /// Whether the server is to be read.
    case read(Bool)
    /// The session's one timer.
    case timer(TimeAmount)
    /// The session is over, for the reason given.
    case end(Ending)
  }

  enum Ending: String, Hashable, Sendable {
    case idle = "the client has not asked for long"
    case server = "the server has ended the connection"
    case drain = "this node stops"
    case flood = "the server does not take what the client sends"
  }

  private let limits: Limits
  private var waiting = ByteBuffer()
  private var unsent = 0
  private var isAsked = false
  private var isReading = true
  /// Why it ends with the next answer that has nothing to bring.
  private var closing: Ending?
  private(set) var isOver = false

  /// A session that no request has come for yet; the one that opened it is its first.
  init(_ limits: Limits) { self.limits = limits }

  /// The client asks.
  ///
  /// - Parameters:
  ///   - body: bytes for the server, perhaps none.
  ///   - hold: for how long the answer may wait when there is no body.
  mutating func ask(_ body: ByteBuffer, hold: TimeAmount) -> [Action] {
    guard !isOver, !isAsked else { return [.refuse] }
    isAsked = true
    if closing != nil || waiting.readableBytes > 0 { return pass(on: body) + answer() }
    let actions = pass(on: body)
    guard !isOver else { return actions }
    let time = body.readableBytes > 0 ? limits.patience : hold
    return actions + (time > .zero ? [.timer(time)] : answer())
  }

  /// The request in flight, if there is one, waits no longer: its client may be gone, and if so loses nothing by it.
  mutating func hurry() -> [Action] { isOver ? [] : answer() }

  /// The server has said something.
  mutating func hear(_ bytes: ByteBuffer) -> [Action] {
    guard !isOver else { return [] }
    var bytes = bytes
    waiting.writeBuffer(&bytes)
    if isAsked { return answer() }
    guard isReading, waiting.readableBytes >= limits.waiting else { return [] }
    isReading = false
    return [.read(false)]
  }

  /// So many bytes have been handed to the server.
  mutating func sent(_ count: Int) { unsent -= count }

  /// The server has closed the connection.
  mutating func serverEnded() -> [Action] { close(.server) }

  /// The node stops: whoever asks learns that the session is over.
  mutating func drain() -> [Action] { close(.drain) }

  /// It ends at once; what the client has not fetched is lost.
  mutating func abandon() -> [Action] {
    guard !isOver else { return [] }
    closing = .drain
    waiting = ByteBuffer()
    return isAsked ? answer() : end(.drain)
  }

  /// The time set last is over.
  mutating func timerFired() -> [Action] {
    guard !isOver else { return [] }
    return isAsked ? answer() : end(.idle)
  }

  private mutating func close(_ ending: Ending) -> [Action] {
    guard !isOver else { return [] }
    closing = closing ?? ending
    return isAsked ? answer() : []
  }

  private mutating func pass(on body: ByteBuffer) -> [Action] {
    guard body.readableBytes > 0, closing == nil else { return [] }
    unsent += body.readableBytes
    guard unsent <= limits.unsent else {
      closing = .flood
      waiting.clear()
      return answer()
    }
    return [.send(body)]
  }

  private mutating func answer() -> [Action] {
    guard isAsked else { return [] }
    isAsked = false
    let bytes = waiting
    waiting = ByteBuffer()
    if let closing, bytes.readableBytes == 0 { return [.answer(bytes, closes: true)] + end(closing) }
    var actions: [Action] = [.answer(bytes, closes: false), .timer(limits.idle)]
    if !isReading {
      isReading = true
      actions.append(.read(true))
    }
    return actions
  }

  private mutating func end(_ ending: Ending) -> [Action] {
    isOver = true
    waiting = ByteBuffer()
    return [.end(ending)]
  }
}
