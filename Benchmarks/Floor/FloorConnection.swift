import NIOCore

/// One connection to the floor.
final class FloorConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let score: Score
  private let hall: Hall
  /// How many contacts of somebody who signs in are online, and told.
  private let told: Int
  private var received = ByteBuffer()
  /// The next answer of the score.
  private var place = 0
  private var conversation: Circle?

  private static let online = ByteBuffer(string: "NLN NLN load0@example.com load0@example.com\r\n")

  init(_ score: Score, _ hall: Hall, told: Int) {
    self.score = score
    self.hall = hall
    self.told = told
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if received.readableBytes == 0 { received = bytes } else { received.writeBuffer(&bytes) }
    while let line = nextLine() {
      if let conversation { relay(line, to: conversation, context) } else { answer(line, context) }
    }
    // What one read brought leaves in one write for each.
    if let conversation {
      for channel in conversation.channels { channel.flush() }
    } else {
      context.flush()
    }
  }

  private func nextLine() -> ByteBuffer? {
    guard let end = received.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let length = end + 1 - received.readerIndex
    guard isWhole(length) else { return nil }
    return received.readSlice(length: length)
  }

  /// Whether the payload behind a line of that length has come too.
  private func isWhole(_ length: Int) -> Bool {
    let line = received.readableBytesView.prefix(length)
    // MSG in a conversation, QRY in a score.
    guard line.first == UInt8(ascii: conversation == nil ? "Q" : "M") else { return true }
    return received.readableBytes >= length + FloorConnection.lastNumber(line)
  }

  /// Plays the score; behind its end a change of status or name is shown to all others.
  private func answer(_ line: ByteBuffer, _ context: ChannelHandlerContext) {
    let verb = line.readableBytesView.prefix(3)
    if verb.elementsEqual("QRY".utf8) {
      received.moveReaderIndex(forwardBy: FloorConnection.lastNumber(line.readableBytesView))
    }
    if verb.elementsEqual("FLR".utf8) {
      conversation = hall.join(FloorConnection.lastNumber(line.readableBytesView), context.channel)
      return context.write(wrapOutboundOut(line), promise: nil)
    }
    if place < score.answers.count {
      context.write(wrapOutboundOut(score.answers[place]), promise: nil)
      place += 1
      guard place == score.answers.count else { return }
      hall.announce(FloorConnection.online, from: context.channel, toLast: told)
      hall.watch(context.channel)
    } else if verb.elementsEqual("CHG".utf8) || verb.elementsEqual("REA".utf8) {
      context.write(wrapOutboundOut(line), promise: nil)
      hall.show(FloorConnection.presence(line), from: context.channel)
    } else if verb.elementsEqual("PNG".utf8) {
      context.write(wrapOutboundOut(ByteBuffer(string: "QNG\r\n")), promise: nil)
    }
  }

  /// What others see of `CHG 9 BSY`, or of `CHG 9 BSY 1342554172`; of a new name something as long.
  private static func presence(_ line: ByteBuffer) -> ByteBuffer {
    let words = String(buffer: line).split(maxSplits: 3, whereSeparator: \.isWhitespace)
    let rest = words.count > 3 ? " \(words[3])" : "\r\n"
    return ByteBuffer(string: "NLN \(words.count > 2 ? words[2] : "NLN") load0@example.com load0@example.com\(rest)")
  }

  /// Hands `MSG n U length` and its payload to the others as a switchboard would, and acknowledges what asks for it.
  private func relay(_ line: ByteBuffer, to conversation: Circle, _ context: ChannelHandlerContext) {
    let view = line.readableBytesView
    guard view.first == UInt8(ascii: "M") else { return }
    let length = FloorConnection.lastNumber(view)
    guard let payload = received.readSlice(length: length) else { return }
    var message = context.channel.allocator.buffer(capacity: 64 + length)
    message.writeString("MSG load0@example.com load0@example.com \(length)\r\n")
    message.writeImmutableBuffer(payload)
    for channel in conversation.channels where channel !== context.channel { channel.write(message, promise: nil) }
    let words = view.split(separator: UInt8(ascii: " "), maxSplits: 3)
    if words.count == 4, words[2].elementsEqual("A".utf8) {
      context.write(
        wrapOutboundOut(ByteBuffer(string: "ACK \(String(decoding: words[1], as: UTF8.self))\r\n")), promise: nil)
    }
  }

  /// The number at the end of a line; 0 when there is none.
  private static func lastNumber(_ line: some BidirectionalCollection<UInt8>) -> Int {
    var number = 0
    var scale = 1
    for byte in line.reversed() {
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        number += Int(byte - UInt8(ascii: "0")) * scale
        scale *= 10
      default: return number
      }
    }
    return number
  }
}
