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

  /// The bytes up to the next `0xff` or the end; the `0xff` itself is taken when it comes first, and then nothing.
  mutating func piece() -> ByteBuffer {
    let piece = bytes.prefix { $0 != 0xff }
    bytes = bytes.dropFirst(max(1, piece.count))
    return ByteBuffer(bytes: piece)
  }
}
