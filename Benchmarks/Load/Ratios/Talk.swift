import MSNP
import NIOCore
import NIOPosix
import Synchronization

/// A conversation that never falls silent: so many messages are on their way in it, and for each that has reached everybody
/// the next one is sent, by the next person.
///
/// All its connections are on one event loop.
final class Talk: Sendable {
  private let channels: [any Channel]
  private let message: ByteBuffer
  private let state = Mutex(State())

  private struct State {
    var deliveries = 0
    var acknowledgements = 0
    var speaker = 0
  }

  /// Messages that have reached everybody, and acknowledgements.
  var messages: Int { state.withLock { $0.deliveries } / (channels.count - 1) }
  var acknowledgements: Int { state.withLock(\.acknowledgements) }

  init(_ channels: [any Channel], message: ByteBuffer) {
    self.channels = channels
    self.message = message
  }

  /// Sends the first messages.
  func begin(window: Int) async throws {
    for (number, channel) in channels.enumerated() {
      try await channel.eventLoop.submit { [self] in
        try channel.pipeline.syncOperations.addHandler(TalkEar(self), name: "ear \(number)")
      }.get()
    }
    for number in 0..<window { channels[number % channels.count].writeAndFlush(message, promise: nil) }
  }

  fileprivate func heard(messages: Int, acknowledgements: Int) {
    let speakers = state.withLock { state in
      var speakers: [Int] = []
      state.acknowledgements += acknowledgements
      for _ in 0..<messages {
        state.deliveries += 1
        guard state.deliveries % (channels.count - 1) == 0 else { continue }
        state.speaker = (state.speaker + 1) % channels.count
        speakers.append(state.speaker)
      }
      return speakers
    }
    for speaker in speakers { channels[speaker].write(message, promise: nil) }
    for speaker in Set(speakers) { channels[speaker].flush() }
  }
}

/// Counts what has arrived whole on one connection.
private final class TalkEar: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let talk: Talk
  private var decoder = LineDecoder(.fromServer)

  init(_ talk: Talk) { self.talk = talk }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    decoder.append(&bytes)
    var (messages, acknowledgements) = (0, 0)
    while let line = try? decoder.next() {
      switch line.verb {
      case .MSG: messages += 1
      case .ACK: acknowledgements += 1
      default: break
      }
    }
    talk.heard(messages: messages, acknowledgements: acknowledgements)
  }
}
