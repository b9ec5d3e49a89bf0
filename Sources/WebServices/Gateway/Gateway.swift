import Credentials
import Logging
import MSNP
import NIOCore
import NIOPosix
import ServerKit
import Synchronization

/// MSNP over HTTP, for clients whose network lets nothing else through: sessions, each with a connection to a notification
/// server or a switchboard that lasts while the client's requests come and go.
///
/// A session belongs to whoever knows its name: 128 random bits that only its client was told. It is bound to no address,
/// since requests of one client may come through different proxies; it is bound to one account by the server at its
/// other end, where one connection signs in once, and its name means nothing from the moment that connection is over.
public final class Gateway: Sendable {
  public struct Settings: Sendable {
    /// How long a session lives without a request.
    public var idle = TimeAmount.seconds(60)
    /// How many sessions one address may have, and how many there may be in all.
    public var sessionsPerClient = 256
    public var sessions = 8192
    /// How many may be waiting for their connection.
    public var opening = 256
    public var connectTime = TimeAmount.seconds(5)

    public init(idle: TimeAmount = .seconds(60)) { self.idle = idle }
  }

  /// What a request is answered with.
  enum Outcome: Hashable, Sendable {
    case session(GatewaySessionID, ByteBuffer, closes: Bool)
    /// No such session, one with a request in flight, or no such server.
    case refused(String)
    /// Not now.
    case unavailable(String)
  }

  private typealias Session = NIOLoopBound<GatewayConnection>

  private struct State {
    var sessions: [GatewaySessionID: (loop: any EventLoop, connection: Session)] = [:]
    var ledger = GatewayLedger()
    var isDraining = false
    var emptied: [EventLoopPromise<Void>] = []
  }

  private let settings: Settings
  private let place: GatewayPlace
  let registry: any GatewayRegistry
  private let mint: GatewayPrefaceMint
  private let unixTime: @Sendable () -> Int64
  private let group: any EventLoopGroup
  private let logger: Logger
  private let state = Mutex(State())
  /// Sessions that were opened.
  public let opened = Tally()

  /// - Parameter unixTime: seconds since 1970, by the clock that all nodes share.
  public init(
    _ settings: Settings = Settings(), registry: any GatewayRegistry, mint: GatewayPrefaceMint,
    unixTime: @escaping @Sendable () -> Int64, group: any EventLoopGroup, logger: Logger
  ) {
    self.settings = settings
    self.registry = registry
    place = GatewayPlace(registry)
    self.mint = mint
    self.unixTime = unixTime
    self.group = group
    self.logger = logger
  }

  /// How many sessions there are.
  public var sessionCount: Int { state.withLock(\.sessions.count) }

  // MARK: Requests

  /// Opens a session.
  ///
  /// - Parameter names: the hosts of this web server, in lower case.
  func open(
    _ server: GatewayServer, at text: String?, _ body: ByteBuffer, for client: ClientAddress, names: Set<String>
  ) async -> Outcome {
    let target: GatewayTarget
    do throws(GatewayPlace.Refusal) {
      target = try place.target(server, text, names: names)
    } catch {
      logger.notice(
        "no gateway session: \(error)", metadata: ["from": "\(client.text)", "IP": "\(text ?? "")"])
      return error == .noNotificationServer ? .unavailable("\(error)") : .refused("\(error)")
    }
    let (settings, key) = (settings, client.limitKey)
    let refusal = state.withLock { state in
      state.isDraining ? .draining : state.ledger.begin(key, settings)
    }
    if let refusal {
      logger.notice("no gateway session: \(refusal)", metadata: ["from": "\(client.text)"])
      return .unavailable("\(refusal)")
    }
    do {
      return try await connect(to: target, body, for: client)
    } catch {
      logger.notice(
        "no gateway session: \(target.dial) cannot be reached",
        metadata: ["from": "\(client.text)", "cause": "\(error)"])
      return .unavailable("the server cannot be reached")
    }
  }

  /// Brings a session bytes, or asks it for what there is.
  func ask(_ id: GatewaySessionID, _ body: ByteBuffer, hold: TimeAmount) async -> Outcome {
    guard let (loop, session) = state.withLock({ $0.sessions[id] }) else { return .refused("no such session") }
    let promise = loop.makePromise(of: GatewayReply.self)
    return await withTaskCancellationHandler {
      loop.execute { session.value.ask(body, hold: hold, promise) }
      return await outcome(of: id, promise)
    } onCancel: {
      loop.execute { session.value.hurry(promise) }
    }
  }

  private func outcome(of id: GatewaySessionID, _ promise: EventLoopPromise<GatewayReply>) async -> Outcome {
    switch try? await promise.futureResult.get() {
    case .bytes(let bytes, let closes)?: .session(id, bytes, closes: closes)
    case .refused?: .refused("the session is over, or has a request in flight")
    case nil: .refused("the session could not be opened")
    }
  }

  // MARK: Sessions

  private func connect(to target: GatewayTarget, _ body: ByteBuffer, for client: ClientAddress) async throws -> Outcome
  {
    let (id, loop, key) = (GatewaySessionID(), group.next(), client.limitKey)
    let limits = GatewaySession.Limits(idle: settings.idle)
    let bootstrap = ClientBootstrap(group: loop)
      .connectTimeout(settings.connectTime)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let connection = GatewayConnection(limits, on: channel.eventLoop) { [weak self] in self?.end(id, key, $0) }
          try channel.pipeline.syncOperations.addHandler(connection)
        }
      }
    let promise = loop.makePromise(of: GatewayReply.self)
    do {
      let channel = try await bootstrap.connect(host: target.dial.host, port: target.dial.port).get()
      try await channel.eventLoop.submit { [self] in
        let connection = try channel.pipeline.syncOperations.handler(type: GatewayConnection.self)
        begin(id, NIOLoopBound(connection, eventLoop: loop), on: loop)
        let preface = mint.mint(client: client.text, target: target.address, now: unixTime())
        connection.open("\(GatewayPrefaceMint.word) \(preface)\r\n", body, promise)
      }.get()
    } catch {
      promise.fail(error)
      state.withLock { $0.ledger.fail(key) }
      throw error
    }
    return await outcome(of: id, promise)
  }

  private func begin(_ id: GatewaySessionID, _ connection: Session, on loop: any EventLoop) {
    opened.add()
    let isLate = state.withLock { state in
      state.ledger.connected()
      state.sessions[id] = (loop, connection)
      return state.isDraining
    }
    if isLate { connection.value.drain() }
  }

  private func end(_ id: GatewaySessionID, _ key: String?, _ ending: GatewaySession.Ending) {
    logger.debug("a gateway session ends", metadata: ["why": "\(ending.rawValue)"])
    let emptied = state.withLock { state -> [EventLoopPromise<Void>] in
      guard state.sessions.removeValue(forKey: id) != nil else { return [] }
      state.ledger.end(key)
      guard state.sessions.isEmpty else { return [] }
      defer { state.emptied = [] }
      return state.emptied
    }
    for promise in emptied { promise.succeed() }
  }

  /// Opens no more sessions, and tells each client at its next request that its session is over; those that do not ask
  /// within `time` are ended then.
  public func drain(over time: TimeAmount) async {
    let promise = group.next().makePromise(of: Void.self)
    let sessions = state.withLock { state in
      state.isDraining = true
      state.emptied.append(promise)
      return Array(state.sessions.values)
    }
    if sessions.isEmpty { promise.succeed() }
    for (loop, session) in sessions { loop.execute { session.value.drain() } }
    let timeout = promise.futureResult.eventLoop.scheduleTask(in: time) { [self] in
      for (loop, session) in state.withLock({ Array($0.sessions.values) }) { loop.execute { session.value.abandon() } }
      promise.succeed()
    }
    try? await promise.futureResult.get()
    timeout.cancel()
  }
}
