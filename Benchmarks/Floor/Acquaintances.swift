import NIOCore
import Synchronization

/// Has some of those who are there told of everybody who comes, in turn.
final class Acquaintances: Sendable {
  private struct Rota {
    var channels: [any Channel] = []
    var next = 0
  }

  /// How many are told.
  private let count: Int
  private let rota = Mutex(Rota())

  init(_ count: Int) { self.count = count }

  /// Tells the next ones of somebody, who belongs to them from then on.
  func come(_ channel: any Channel) {
    guard count > 0 else { return }
    let chosen = rota.withLock { rota in
      let chosen = (0..<min(count, rota.channels.count)).map { rota.channels[(rota.next + $0) % rota.channels.count] }
      rota.channels.append(channel)
      rota.next = (rota.next + count) % rota.channels.count
      return chosen
    }
    channel.closeFuture.whenComplete { [self] _ in
      rota.withLock { rota in
        rota.channels.removeAll { $0 === channel }
        rota.next = 0
      }
    }
    let line = ByteBuffer(string: "NLN NLN load0@example.com load0@example.com\r\n")
    for (_, channels) in Dictionary(grouping: chosen, by: { ObjectIdentifier($0.eventLoop) }) {
      channels[0].eventLoop.execute { for channel in channels { channel.writeAndFlush(line, promise: nil) } }
    }
  }
}
