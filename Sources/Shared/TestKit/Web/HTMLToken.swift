/// A piece of HTML.
public enum HTMLToken: Hashable, Sendable {
  /// Name and names of attributes in lower case.
  case start(name: String, attributes: [String: String])
  case end(name: String)
  /// Decoded; `script` and `style` are not treated apart.
  case text(String)
  /// A comment, or the document type.
  case other(String)
}

/// Reads HTML as browsers do, as far as its tokens go: a quote ends an attribute wherever it stands, and what follows it
/// is an attribute of its own. So a page that forgets to escape something shows it here.
public struct HTMLReader {
  private let bytes: [UInt8]
  private var place = 0

  private init(_ text: String) { bytes = Array(text.utf8) }

  public static func tokens(_ text: String) -> [HTMLToken] {
    var reader = HTMLReader(text)
    var tokens: [HTMLToken] = []
    while let token = reader.next() { tokens.append(token) }
    return tokens
  }

  private mutating func next() -> HTMLToken? {
    guard place < bytes.count else { return nil }
    guard bytes[place] == UInt8(ascii: "<"), place + 1 < bytes.count else { return text() }
    switch bytes[place + 1] {
    case UInt8(ascii: "!"), UInt8(ascii: "?"): return other()
    case UInt8(ascii: "/") where place + 2 < bytes.count && HTMLReader.isLetter(bytes[place + 2]):
      place += 2
      let name = self.name()
      _ = attributes()
      return .end(name: name)
    case let byte where HTMLReader.isLetter(byte):
      place += 1
      let name = self.name()
      return .start(name: name, attributes: attributes())
    default: return text()
    }
  }

  /// Up to what can begin a tag.
  private mutating func text() -> HTMLToken {
    let start = place
    place += 1
    while place < bytes.count, bytes[place] != UInt8(ascii: "<") { place += 1 }
    return .text(HTMLReader.decoded(bytes[start..<place]))
  }

  private mutating func other() -> HTMLToken {
    let isComment = bytes[place...].starts(with: Array("<!--".utf8))
    let end = Array((isComment ? "-->" : ">").utf8)
    let rest = bytes[place...]
    let found = rest.firstRange(of: end)?.upperBound ?? bytes.count
    defer { place = found }
    return .other(String(decoding: bytes[place..<found], as: UTF8.self))
  }

  private mutating func name() -> String {
    let start = place
    while place < bytes.count, !HTMLReader.isBlank(bytes[place]), !Array("/>".utf8).contains(bytes[place]) {
      place += 1
    }
    return String(decoding: bytes[start..<place], as: UTF8.self).lowercased()
  }

  /// The attributes, and the bracket that ends the tag. The first of a name counts.
  private mutating func attributes() -> [String: String] {
    var attributes: [String: String] = [:]
    while true {
      while place < bytes.count, HTMLReader.isBlank(bytes[place]) || bytes[place] == UInt8(ascii: "/") { place += 1 }
      guard place < bytes.count else { return attributes }
      if bytes[place] == UInt8(ascii: ">") {
        place += 1
        return attributes
      }
      let (name, value) = attribute()
      if attributes[name] == nil { attributes[name] = value }
    }
  }

  private mutating func attribute() -> (String, String) {
    let start = place
    place += 1
    while place < bytes.count, !HTMLReader.isBlank(bytes[place]), !Array("/>=".utf8).contains(bytes[place]) {
      place += 1
    }
    let name = String(decoding: bytes[start..<place], as: UTF8.self).lowercased()
    skipBlanks()
    guard place < bytes.count, bytes[place] == UInt8(ascii: "=") else { return (name, "") }
    place += 1
    skipBlanks()
    guard place < bytes.count else { return (name, "") }
    let quote = bytes[place]
    let isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
    if isQuoted { place += 1 }
    let first = place
    while place < bytes.count,
      isQuoted ? bytes[place] != quote : !HTMLReader.isBlank(bytes[place]) && bytes[place] != UInt8(ascii: ">")
    { place += 1 }
    let value = HTMLReader.decoded(bytes[first..<place])
    if isQuoted { place = min(place + 1, bytes.count) }
    return (name, value)
  }

  private mutating func skipBlanks() {
    while place < bytes.count, HTMLReader.isBlank(bytes[place]) { place += 1 }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0c, 0x0d].contains(byte) }

  private static let entities = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "nbsp": "\u{a0}"]

  /// With the entities that pages use: `&amp;`, `&#39;`, `&#x27;`. By bytes, as a character may hold more than one sign.
  private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
    let parts = bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    var text = Array(parts.first ?? [])
    for part in parts.dropFirst() {
      if let end = part.firstIndex(of: UInt8(ascii: ";")),
        let value = entity(String(decoding: part[..<end], as: UTF8.self))
      {
        text += Array(value.utf8) + part[part.index(after: end)...]
      } else {
        text += [UInt8(ascii: "&")] + part
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func entity(_ name: String) -> String? {
    if let known = entities[name] { return known }
    guard name.hasPrefix("#") else { return nil }
    let digits = name.dropFirst()
    let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return number.flatMap(UnicodeScalar.init).map { String(Character($0)) }
  }
}
