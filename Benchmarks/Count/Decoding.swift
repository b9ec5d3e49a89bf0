import MSNP
import NIOCore

/// Cutting bytes into lines: 4,000 commands of a notification server's clients and 1,000 messages of 200 bytes, in pieces
/// as the network brings them.
enum Decoding {
  private static let commands = [
    "PNG\r\n", "CHG 9 BSY 1342554172\r\n",
    "CHG 10 NLN 1342554172 %3Cmsnobj%20Creator%3D%22alice%40example.com%22%2F%3E\r\n",
    "ADC 11 FL N=bob@example.com F=Bob\r\n", "REA 12 alice@example.com Alice%20of%20Kent\r\n", "XFR 13 SB\r\n",
    "UUX 14 62\r\n<Data><PSM>back soon</PSM><CurrentMedia></CurrentMedia></Data>",
    "QRY 15 msmsgs@msnmsgr.com 32\r\n5d41402abc4b2a76b9719d911017c592",
  ]

  static func prepared() -> () -> Void {
    let client = pieces(String(repeating: commands.joined(), count: 500), of: 1_400)
    let message = "MSG 4 U 200\r\n" + String(repeating: "x", count: 200)
    let switchboard = pieces(String(repeating: message, count: 1_000), of: 1_400)
    return {
      read(client, .notification, expecting: 4_000)
      read(switchboard, .switchboard(), expecting: 1_000)
    }
  }

  private static func pieces(_ text: String, of size: Int) -> [ByteBuffer] {
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: size).map {
      ByteBuffer(bytes: bytes[$0..<min($0 + size, bytes.count)])
    }
  }

  private static func read(_ pieces: [ByteBuffer], _ framing: Framing, expecting count: Int) {
    var decoder = LineDecoder(framing)
    var lines = 0
    for var piece in pieces {
      decoder.append(&piece)
      while let line = try? decoder.next() { lines += line.verb == .OUT ? 0 : 1 }
    }
    precondition(lines == count, "\(lines) lines instead of \(count)")
  }
}
