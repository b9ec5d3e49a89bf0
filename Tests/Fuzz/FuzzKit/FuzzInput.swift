import NIOCore

/// The bytes of one input, read from the front: some choose, the rest is data.
public struct FuzzInput {
  private var bytes: ArraySlice<UInt8>

  public init(_ start: UnsafePointer<UInt8>?, _ size: Int) {
    bytes = Array(UnsafeBufferPointer(start: start, count: size))[...]
  }

  public var isEmpty: Bool { bytes.isEmpty }

  /// The next byte; 0 when there are none left.
  public mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

  /// Everything left, unchanged.
  public var rest: ByteBuffer { ByteBuffer(bytes: bytes) }

  /// The bytes up to the next `0xff`, which no legal command line holds, or to the end: one piece of a stream.
  public mutating func piece() -> ByteBuffer {
    let piece = bytes.prefix { $0 != 0xff }
    bytes = bytes.dropFirst(piece.count + 1)
    return ByteBuffer(bytes: piece)
  }
}
