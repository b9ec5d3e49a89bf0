import NIOCore
import Synchronization

/// Everybody who is connected: who watches, and who is in which conversation.
final class Hall: Sendable {
  private let watchers = Mutex([ObjectIdentifier: (loop: any EventLoop, channels: [any Channel])]())
  private let conversations = Mutex([Int: Circle]())

  /// From now on the channel is shown what others do.
  func watch(_ channel: any Channel) {
    let loop = channel.eventLoop
    watchers.withLock { $0[ObjectIdentifier(loop), default: (loop, [])].channels.append(channel) }
    channel.closeFuture.whenComplete { [self] _ in
      watchers.withLock { $0[ObjectIdentifier(loop)]?.channels.removeAll { $0 === channel } }
    }
  }

  /// Shows a line to all others, one task a loop.
  func show(_ line: ByteBuffer, from sender: any Channel) {
    for (loop, channels) in watchers.withLock({ Array($0.values) }) {
      loop.execute {
        for channel in channels where channel !== sender { channel.writeAndFlush(line, promise: nil) }
      }
    }
  }

  /// Shows a line to those who came last before the sender, one task a loop: `count` of them when they are spread evenly
  /// over the loops.
  func announce(_ line: ByteBuffer, from sender: any Channel, toLast count: Int) {
    let halls = watchers.withLock { Array($0.values) }
    guard count > 0, !halls.isEmpty else { return }
    for (loop, channels) in halls {
      let latest = channels.suffix((count + halls.count - 1) / halls.count)
      loop.execute {
        for channel in latest where channel !== sender { channel.writeAndFlush(line, promise: nil) }
      }
    }
  }

  /// The conversation of that number, in which the channel is from now on.
  func join(_ number: Int, _ channel: any Channel) -> Circle {
    let circle = conversations.withLock { conversations in
      let circle = conversations[number] ?? Circle()
      conversations[number] = circle
      return circle
    }
    circle.add(channel)
    return circle
  }
}

/// Who is in a conversation.
final class Circle: Sendable {
  private let members = Mutex([any Channel]())

  var channels: [any Channel] { members.withLock(\.self) }

  fileprivate func add(_ channel: any Channel) {
    members.withLock { $0.append(channel) }
    channel.closeFuture.whenComplete { [self] _ in members.withLock { $0.removeAll { $0 === channel } } }
  }
}
