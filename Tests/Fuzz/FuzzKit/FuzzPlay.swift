import NIOCore

/// One move of a play.
public enum FuzzMove {
  /// The client sends bytes.
  case client(ByteBuffer)
  /// Something else happens; the letter says what, the target knows its letters.
  case event(UInt8)
}

extension FuzzInput {
  /// The next move of a play; nil at its end. A play is what the client sends, as it stands, with events between: `0xff`,
  /// which is in no legal text, and a letter.
  public mutating func move() -> FuzzMove? {
    guard !isEmpty else { return nil }
    let text = piece()
    return text.readableBytes > 0 ? .client(text) : .event(byte())
  }
}
