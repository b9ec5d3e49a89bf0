import Foundation
import MSNP
import NIOCore
import NIOPosix

/// Gives a ``ChatMachine`` its sockets, its screen and its keyboard. Everything that happens goes through one queue, in
/// order; neither screen nor keyboard is touched on an event loop.
struct ChatRunner {
  enum Happening: Sendable {
    case event(ChatEvent)
    case opened(LinkID, any Channel)
    /// Bytes from the keyboard of a terminal.
    case keys([UInt8])
  }

  private var machine: ChatMachine
  private var screen = ChatScreen()
  private var channels: [LinkID: any Channel] = [:]
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let tickets: TicketFetcher
  private let happenings: AsyncStream<Happening>
  private let queue: AsyncStream<Happening>.Continuation

  /// How long servers may take to hang up after `OUT`.
  private static let farewell = Duration.seconds(1)
  private static let connectTimeout = TimeAmount.seconds(10)

  /// - Parameter web: where the web role listens, which gives out the tickets of MSNP8 and later.
  init(_ machine: ChatMachine, web: HostPort) {
    self.machine = machine
    tickets = TicketFetcher(web: web, group: group)
    (happenings, queue) = AsyncStream.makeStream()
  }

  /// Runs until the user leaves; answers with what went wrong, if something did.
  mutating func run(at server: HostPort) async -> String? {
    let signals = StopSignals()
    let stopping = Task { [queue] in
      await signals.first()
      queue.yield(.event(.interrupted))
    }
    screen.begin()
    ChatKeyboard.read(isTerminal: screen.isTerminal, into: queue)
    let failure = await work(from: server)
    screen.end()
    stopping.cancel()
    await hangUp()
    return failure
  }

  private mutating func work(from server: HostPort) async -> String? {
    for action in machine.start(at: server) { perform(action) }
    for await happening in happenings {
      for event in events(of: happening) {
        for action in machine.receive(event) {
          if case .finish(let failure) = action { return failure }
          perform(action)
        }
      }
    }
    return nil
  }

  private mutating func events(of happening: Happening) -> [ChatEvent] {
    switch happening {
    case .event(let event): return [event]
    case .keys(let bytes): return screen.type(bytes)
    case .opened(let link, let channel):
      channels[link] = channel
      return [.connected(link)]
    }
  }

  private mutating func perform(_ action: ChatAction) {
    switch action {
    case .connect(let link, let address): connect(link, to: address)
    case .send(let link, let bytes): channels[link]?.writeAndFlush(bytes, promise: nil)
    case .close(let link): channels[link]?.close(mode: .output, promise: nil)
    case .show(let text): screen.show(text)
    case .wake(let alarm, let delay):
      Task { [queue] in
        try? await Task.sleep(for: delay)
        queue.yield(.event(.alarm(alarm)))
      }
    case .fetchTicket(let link, let request):
      tickets.fetch(request) { [queue] in queue.yield(.event(.ticket(link, $0))) }
    case .finish: break
    }
  }

  private func connect(_ link: LinkID, to address: HostPort) {
    let bootstrap = ClientBootstrap(group: group).connectTimeout(ChatRunner.connectTimeout)
      .channelInitializer { [queue] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ChatLinkHandler(link, queue))
        }
      }
    bootstrap.connect(host: address.host, port: address.port).whenComplete { [queue] result in
      switch result {
      case .success(let channel): queue.yield(.opened(link, channel))
      case .failure:
        queue.yield(
          .event(.closed(link, reason: "Nobody answers at \(address). Is the service running there? (monarch dev)")))
      }
    }
  }

  /// Lets `OUT` arrive, and the servers close, before the process takes the connections down.
  private func hangUp() async {
    let closing = channels.values.map(\.closeFuture)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for future in closing { try? await future.get() } }
      group.addTask { try? await Task.sleep(for: ChatRunner.farewell) }
      await group.next()
      for channel in channels.values { channel.close(promise: nil) }
      group.cancelAll()
    }
    try? await group.shutdownGracefully()
  }
}

/// Hands on what one server says, line by line.
private final class ChatLinkHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let link: LinkID
  private let queue: AsyncStream<ChatRunner.Happening>.Continuation
  private var decoder = LineDecoder(.fromServer)

  init(_ link: LinkID, _ queue: AsyncStream<ChatRunner.Happening>.Continuation) {
    self.link = link
    self.queue = queue
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    decoder.append(&bytes)
    do {
      while let line = try decoder.next() { queue.yield(.event(.line(link, line))) }
    } catch {
      queue.yield(.event(.closed(link, reason: "The server sent \(error).")))
      context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) { queue.yield(.event(.closed(link, reason: nil))) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
