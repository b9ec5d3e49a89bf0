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
  /// What a channel is given at a time.
  static let chunk = 16 * 1024

  enum Origin { case own, others }

  struct Piece {
    var bytes: ByteBuffer
    fileprivate let origin: Origin
    /// Told when the last byte is written.
    var written: EventLoopPromise<Void>?
  }

  /// A ring of sixteen would be half a kilobyte of every idle connection.
  private var pieces = CircularBuffer<Piece>(initialCapacity: 2)
  private var othersBytes = 0

  /// Whether everything was handed to the channel.
  var isEmpty: Bool { pieces.isEmpty }
  var isOverflowing: Bool { othersBytes > Self.maximumOthers - Self.highWaterMark }

  mutating func append(_ bytes: ByteBuffer, origin: Origin, written: EventLoopPromise<Void>?) {
    if origin == .others { othersBytes += bytes.readableBytes }
    // Lines that wait share a buffer: a thousand small ones would cost more in bookkeeping than in bytes.
    if written == nil, let last = pieces.last, last.written == nil, last.origin == origin,
      last.bytes.readableBytes + bytes.readableBytes <= Self.chunk
    {
      pieces[pieces.index(before: pieces.endIndex)].bytes.writeImmutableBuffer(bytes)
    } else {
      pieces.append(Piece(bytes: bytes, origin: origin, written: written))
    }
  }

  /// The next bytes for the channel, a chunk at most; nil when nothing waits.
  mutating func next() -> Piece? {
    guard var piece = pieces.popFirst() else { return nil }
    var part = piece
    if piece.bytes.readableBytes > Self.chunk, let bytes = piece.bytes.readSlice(length: Self.chunk) {
      part.bytes = bytes
      part.written = nil
      pieces.prepend(piece)
    }
    if part.origin == .others { othersBytes -= part.bytes.readableBytes }
    return part
  }

  /// Drops everything and answers with those who wait for a delivery that will not be.
  mutating func abandon() -> [EventLoopPromise<Void>] {
    defer {
      pieces.removeAll()
      othersBytes = 0
    }
    return pieces.compactMap(\.written)
  }
}
