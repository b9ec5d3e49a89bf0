import NIOCore

/// What waits to be written on one connection, in order.
///
/// Answers to the client's own commands are paced by writability: a full contact list is a burst of a quarter megabyte
/// and a slow modem takes a minute for it. What others cause is counted, and a client that does not read it is given
/// up at ``maximumOthers``, so that it can neither slow its peers nor fill the server's memory (promise S5).
struct OutputQueue {
  /// The cap on unread bytes that others caused, those in the channel's own buffer (up to its high-water mark) counted.
  static let maximumOthers = 256 * 1024
  /// Above this many bytes waiting in a channel it calls itself unwritable.
  static let highWaterMark = 64 * 1024
  private static let chunk = 16 * 1024

  enum Origin { case own, others }

  private struct Piece {
    var bytes: ByteBuffer
    let origin: Origin
    let written: EventLoopPromise<Void>?
  }

  private var pieces = CircularBuffer<Piece>()
  private var othersBytes = 0

  /// Whether everything was handed to the channel.
  var isEmpty: Bool { pieces.isEmpty }
  var isOverflowing: Bool { othersBytes > Self.maximumOthers - Self.highWaterMark }

  mutating func append(
    _ bytes: ByteBuffer, origin: Origin, written: EventLoopPromise<Void>?, to context: ChannelHandlerContext
  ) {
    if pieces.isEmpty, context.channel.isWritable, bytes.readableBytes <= Self.chunk {
      context.write(NIOAny(bytes), promise: written)
      return
    }
    pieces.append(Piece(bytes: bytes, origin: origin, written: written))
    if origin == .others { othersBytes += bytes.readableBytes }
    pump(context)
  }

  /// Hands the channel as much as it takes.
  mutating func pump(_ context: ChannelHandlerContext) {
    while context.channel.isWritable, var piece = pieces.popFirst() {
      if piece.bytes.readableBytes > Self.chunk, let part = piece.bytes.readSlice(length: Self.chunk) {
        if piece.origin == .others { othersBytes -= Self.chunk }
        context.write(NIOAny(part), promise: nil)
        pieces.prepend(piece)
      } else {
        if piece.origin == .others { othersBytes -= piece.bytes.readableBytes }
        context.write(NIOAny(piece.bytes), promise: piece.written)
      }
    }
  }

  /// Drops everything; whoever waits for a delivery learns that it failed.
  mutating func abandon() {
    for piece in pieces { piece.written?.fail(ChannelError.ioOnClosedChannel) }
    pieces.removeAll()
    othersBytes = 0
  }
}
