import Cluster
import Credentials
import Logging
import MSNP
import NIOCore
import NIOHTTP1
import NIOPosix
import ServerKit
import SignIn
import Synchronization

/// The web role: what clients fetch over HTTP before and beside MSNP.
///
/// It holds no state but its connections and those it carries over HTTP (``Gateway``): any number of web nodes can stand
/// behind one name.
public final class WebServer: Sendable {
  /// What endpoints work with.
  public struct Services: Sendable {
    /// Judges passwords.
    public var door: SignInDoor
    /// Makes the tickets for whoever proved a password.
    public var tickets: WebTicketMint
    /// Seconds since 1970, by the clock that all nodes share.
    public var unixTime: @Sendable () -> Int64
    /// MSNP over HTTP; nil for none.
    public var gateway: Gateway?
    /// The pages for people; nil for none.
    public var pages: PageServices?

    public init(
      door: SignInDoor, tickets: WebTicketMint, unixTime: @escaping @Sendable () -> Int64, gateway: Gateway? = nil,
      pages: PageServices? = nil
    ) {
      self.pages = pages
      self.door = door
      self.tickets = tickets
      self.unixTime = unixTime
      self.gateway = gateway
    }
  }

  /// What an operator decides.
  public struct Settings: Sendable {
    /// The node's own address, for clients that do not say which one they used.
    public var advertised: HostPort
    /// Where clients find this server when that is not where they say they found it.
    public var publicURLs: [PublicURL]
    /// Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    public var trustedProxies: AddressBlocks
    /// The page of the service, for whatever this server has no page for; ends in a slash.
    public var site: String
    public var times: RequestTimes
    /// How many requests are worked on at a time.
    public var maximumRequests: Int
    public var pages: PageSettings

    public init(
      advertised: HostPort, publicURLs: [PublicURL] = [], trustedProxies: AddressBlocks = AddressBlocks(),
      site: String, times: RequestTimes = RequestTimes(), maximumRequests: Int = 1024,
      pages: PageSettings = PageSettings()
    ) {
      self.pages = pages
      self.advertised = advertised
      self.publicURLs = publicURLs
      self.trustedProxies = trustedProxies
      self.site = site
      self.times = times
      self.maximumRequests = maximumRequests
    }
  }

  let settings: Settings
  let services: Services
  let responder: Responder
  let places: RequestPlaces
  let logger: Logger
  private let group: any EventLoopGroup
  private let limit: AddressLimit
  private let state = Mutex(State())
  private let draining = Atomic(false)

  private struct State {
    var listeners: [Listener] = []
    var connections: [ObjectIdentifier: any Channel] = [:]
    var tasks: [Task<Void, Never>] = []
  }

  public init(_ settings: Settings, _ services: Services, group: any EventLoopGroup, logger: Logger) {
    self.settings = settings
    self.services = services
    self.group = group
    self.logger = logger
    places = RequestPlaces(settings.maximumRequests)
    limit = AddressLimit(exempt: settings.trustedProxies)
    responder = WebServer.routes(settings, services).finished()
  }

  /// Listens on one more address, with TLS if there is a context for it. Throws ``ServerKit/ListenFailure``.
  ///
  /// - Parameter opened: hears of each connection, on its event loop.
  @discardableResult
  public func bind(
    _ address: HostPort, tls: TLSContext?, opened: @escaping @Sendable (any Channel) -> Void = { _ in }
  ) async throws -> Listener {
    let listener = try await Listener.bind(
      address, acceptingOn: group, serving: group, limit: limit, logger: logger
    ) { [self] channel in
      opened(channel)
      try attach(to: channel, tls: tls)
    }
    state.withLock { $0.listeners.append(listener) }
    return listener
  }

  /// Serves one connection; on its event loop.
  public func attach(to channel: any Channel, tls: TLSContext?) throws {
    keep(channel)
    // Whoever has said everything may close its half before the answer is out.
    try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
    let pipeline = channel.pipeline.syncOperations
    if let tls { try tls.attach(to: channel) }
    try pipeline.addHandler(FirstLine())
    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: WebServer.decoderLimits)))
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(RequestConnection(self, isSecure: tls != nil))
  }

  static let decoderLimits: NIOHTTPDecoderLimitConfiguration = {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = 16 * 1024
    limits.maxHeaderListSize = 16 * 1024
    limits.maxHeaderFieldCount = 100
    return limits
  }()

  /// Whether the server is about to end.
  var isDraining: Bool { draining.load(ordering: .relaxed) }

  /// How many connections are open.
  public var connectionCount: Int { state.withLock { $0.connections.count } }

  /// Listens no more, lets requests that are under way be answered, and closes what is left after `time`.
  public func stop(within time: TimeAmount = .seconds(5)) async {
    draining.store(true, ordering: .relaxed)
    for task in state.withLock(\.tasks) { task.cancel() }
    let (listeners, connections) = state.withLock { ($0.listeners, Array($0.connections.values)) }
    for listener in listeners { await listener.close() }
    for connection in connections { connection.pipeline.fireUserInboundEventTriggered(ServerDrains()) }
    let timeout = group.next().scheduleTask(in: time) {
      for connection in connections { connection.close(promise: nil) }
    }
    for connection in connections { try? await connection.closeFuture.get() }
    timeout.cancel()
  }

  /// Ends a task when the server stops.
  func keepUntilStopped(_ task: Task<Void, Never>) { state.withLock { $0.tasks.append(task) } }

  private func keep(_ channel: any Channel) {
    let id = ObjectIdentifier(channel)
    state.withLock { $0.connections[id] = channel }
    channel.closeFuture.whenComplete { [self] _ in state.withLock { $0.connections[id] = nil } }
  }
}
