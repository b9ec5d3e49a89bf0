import MSNP
import NIOCore

/// The payload of a `MSG`: headers, a blank line, a body.
struct ChatMessage: Hashable {
  /// The content type in lower case, without its parameters.
  let type: String
  let body: String
  private let headers: [String: String]

  /// Reads a payload. Text that is not UTF-8 is taken for Latin-1, as the oldest clients send it.
  init?(_ payload: ByteBuffer?) {
    guard let bytes = payload?.readableBytesView else { return nil }
    let text =
      String(validating: bytes, as: UTF8.self) ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let end = lines.firstIndex(where: \.isEmpty) ?? lines.endIndex
    headers = ChatMessage.headers(in: lines[..<end])
    body = lines.dropFirst(end + 1).joined(separator: "\n")
    guard let type = headers["content-type"]?.split(separator: ";").first else { return nil }
    self.type = type.lowercased()
  }

  func header(_ name: String) -> String? { headers[name.lowercased()] }

  /// A header in the body, where invitations and notices of the service have theirs.
  func bodyHeader(_ name: String) -> String? {
    ChatMessage.headers(in: body.split(separator: "\n")[...])[name.lowercased()] ?? header(name)
  }

  private static func headers(in lines: ArraySlice<Substring>) -> [String: String] {
    lines.reduce(into: [:]) { headers, line in
      guard let colon = line.firstIndex(of: ":") else { return }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      headers[line[..<colon].lowercased()] = String(value)
    }
  }
}

extension ChatMessage {
  /// In bytes; with the headers it stays under the 1,664 that switchboards take.
  private static let longestText = 1400

  /// Text as clients of MSNP3 and later send it.
  static func payload(_ text: String) -> ByteBuffer {
    ByteBuffer(
      string: """
        MIME-Version: 1.0\r
        Content-Type: text/plain; charset=UTF-8\r
        X-MMS-IM-Format: FN=Arial; EF=; CO=0; CS=0; PF=22\r
        \r
        \(text)
        """)
  }

  /// The text cut into pieces that fit a message each.
  static func parts(of text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    for character in text {
      if part.utf8.count + character.utf8.count > longestText {
        parts.append(part)
        part = ""
      }
      part.append(character)
    }
    return parts + [part]
  }
}

/// Text for a terminal.
enum ScreenText {
  /// Replaces what a terminal would obey, such as escape sequences in somebody's name, and indents further lines.
  static func safe(_ text: String) -> String {
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0a: safe.append(contentsOf: "\n  ".unicodeScalars)
      case 0x09: safe.append(" ")
      case 0x00..<0x20, 0x7f...0x9f: safe.append("?")
      // Marks that turn the direction of what follows.
      case 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: continue
      default: safe.append(scalar)
      }
    }
    return String(safe)
  }
}
