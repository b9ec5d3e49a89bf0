import NIOCore

/// Reads the XML of ``PersonalMessage``: elements, text and comments. There is nothing in it that could be declared,
/// included or expanded, so what it makes is never longer than five times what it was given.
struct PersonalMessageReader {
  private enum Token {
    case text(ArraySlice<UInt8>)
    /// Text in which nothing is escaped.
    case characters(ArraySlice<UInt8>)
    case start(ArraySlice<UInt8>, isEmpty: Bool)
    case end(ArraySlice<UInt8>)
  }

  private static let root = Array("Data".utf8)
  private static let message = Array("PSM".utf8)
  private static let media = Array("CurrentMedia".utf8)

  private var rest: ArraySlice<UInt8>
  /// The elements that are open, outermost first.
  private var open: [ArraySlice<UInt8>] = []
  private var texts: (message: String, media: String) = ("", "")

  /// - Parameter bytes: UTF-8.
  init(_ bytes: some Collection<UInt8>) { rest = Array(bytes)[...] }

  /// The text of the two elements, escaped; an element that stands there twice counts as it stands there last.
  mutating func read() throws(PersonalMessage.Refusal) -> (message: String, media: String) {
    var hasRoot = false
    while let token = try next() {
      switch token {
      case .start(let name, let isEmpty):
        if open.isEmpty {
          guard !hasRoot, name.elementsEqual(Self.root) else { throw .malformed }
          hasRoot = true
        }
        try begin(name)
        if !isEmpty { open.append(name) }
      case .end(let name):
        guard let last = open.popLast(), last.elementsEqual(name) else { throw .malformed }
      case .text(let text):
        guard !open.isEmpty || text.allSatisfy(Self.isBlank) else { throw .malformed }
        add(text, isEscaped: true)
      case .characters(let text):
        guard !open.isEmpty else { throw .malformed }
        add(text, isEscaped: false)
      }
    }
    guard hasRoot, open.isEmpty else { throw .malformed }
    return texts
  }

  private mutating func begin(_ name: ArraySlice<UInt8>) throws(PersonalMessage.Refusal) {
    switch open.count {
    case 1:
      if name.elementsEqual(Self.message) { texts.message = "" }
      if name.elementsEqual(Self.media) { texts.media = "" }
    case 2...:
      // Inside one of the two there is text and nothing else.
      guard !open[1].elementsEqual(Self.message), !open[1].elementsEqual(Self.media) else { throw .malformed }
    default: break
    }
  }

  private mutating func add(_ text: ArraySlice<UInt8>, isEscaped: Bool) {
    guard open.count == 2 else { return }
    if open[1].elementsEqual(Self.message) {
      texts.message += XMLText.canonical(text, isEscaped: isEscaped)
    } else if open[1].elementsEqual(Self.media) {
      texts.media += XMLText.canonical(text, isEscaped: isEscaped)
    }
  }

  // MARK: Tokens

  private mutating func next() throws(PersonalMessage.Refusal) -> Token? {
    while let first = rest.first {
      guard first == UInt8(ascii: "<") else {
        let end = rest.firstIndex(of: UInt8(ascii: "<")) ?? rest.endIndex
        defer { rest = rest[end...] }
        return .text(rest[..<end])
      }
      if skip("<![CDATA[") { return .characters(try take(upTo: "]]>")) }
      if skip("<!--") {
        _ = try take(upTo: "-->")
      } else if skip("<?") {
        _ = try take(upTo: "?>")
      } else {
        // A DOCTYPE among them: its name begins with no letter.
        rest.removeFirst()
        return try tag()
      }
    }
    return nil
  }

  private mutating func tag() throws(PersonalMessage.Refusal) -> Token {
    let isEnd = skip("/")
    let name = rest.prefix(while: Self.isName)
    guard let first = name.first, !(UInt8(ascii: "-")...UInt8(ascii: "9")).contains(first) else { throw .malformed }
    rest = rest[name.endIndex...]
    let isEmpty = try attributes()
    guard !isEnd || !isEmpty else { throw .malformed }
    return isEnd ? .end(name) : .start(name, isEmpty: isEmpty)
  }

  /// Passes over everything up to the end of the tag; answers whether it ends the element at once.
  private mutating func attributes() throws(PersonalMessage.Refusal) -> Bool {
    var quote: UInt8?
    for index in rest.indices {
      let byte = rest[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: "<") {
        break
      } else if byte == UInt8(ascii: ">") {
        let isEmpty = index > rest.startIndex && rest[index - 1] == UInt8(ascii: "/")
        rest = rest[(index + 1)...]
        return isEmpty
      }
    }
    throw .malformed
  }

  private mutating func skip(_ text: StaticString) -> Bool {
    let isThere = text.withUTF8Buffer { rest.starts(with: $0) }
    if isThere { rest = rest.dropFirst(text.utf8CodeUnitCount) }
    return isThere
  }

  private mutating func take(upTo end: StaticString) throws(PersonalMessage.Refusal) -> ArraySlice<UInt8> {
    for index in rest.indices where end.withUTF8Buffer({ rest[index...].starts(with: $0) }) {
      defer { rest = rest[(index + end.utf8CodeUnitCount)...] }
      return rest[..<index]
    }
    throw .malformed
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d }

  /// Every byte above ASCII is taken for a letter.
  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."), 0x80...:
      true
    default: false
    }
  }
}
