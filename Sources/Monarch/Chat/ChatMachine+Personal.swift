import MSNP
import NIOCore

// What people say under their names (MSNP11).
//
//     >>> UUX 9 75
//         <Data><PSM>example status message</PSM><CurrentMedia></CurrentMedia></Data>
//     <<< UUX 9 0
//     <<< UBX bob@example.com 68
//         <Data><PSM>gone &amp; back</PSM><CurrentMedia></CurrentMedia></Data>
extension ChatMachine {
  mutating func say(personally text: String) {
    guard dialect.has(.personalMessages) else {
      return show("\(dialect.name) has no personal messages: sign in with --dialect 11 or 12.")
    }
    let transaction = nextTransaction()
    asked[transaction] = .personal(text)
    var writer = LineWriter(dialect: dialect)
    let payload = "<Data><PSM>\(PersonalText.escaped(text))</PSM><CurrentMedia></CurrentMedia></Data>"
    writer.line(.UUX, transaction, payload: ByteBuffer(string: payload))
    act(.send(serverLink, writer.buffer))
  }

  mutating func said(_ line: Line) {
    guard case .personal(let text) = finishAsked(line) else { return }
    show(text.isEmpty ? "You say nothing any more." : "You say: \(text)")
  }

  /// What was there before signing in is seen in the list.
  mutating func heardText(_ line: Line) {
    guard let contact = line.handle(0) else { return }
    let text = line.payload.map { PersonalText.read(String(buffer: $0)) } ?? ""
    let isNew = book.hear(contact, saying: text)
    if isNew, phase == .online, !text.isEmpty { show("\(book.name(of: contact)) says: \(text)") }
  }
}

/// The text of a personal message in its XML.
enum PersonalText {
  private static let escapes = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&apos;")]

  static func escaped(_ text: String) -> String { escapes.reduce(text) { $0.replacing($1.0, with: $1.1) } }

  /// The text between `<PSM>` and `</PSM>`; empty when there is none.
  static func read(_ payload: String) -> String {
    guard let start = payload.firstRange(of: "<PSM>")?.upperBound,
      let end = payload[start...].firstRange(of: "</PSM>")?.lowerBound
    else { return "" }
    return escapes.reversed().reduce(String(payload[start..<end])) { $0.replacing($1.1, with: $1.0) }
  }
}
