/// Reads the XML that clients send: elements, attributes, text, CDATA, comments, the five entities and numeric ones, in
/// UTF-8. Anything else, a document type before all, is refused.
///
/// One pass over the bytes, without recursion: a document of 64 KiB takes well under ten milliseconds whatever it holds.
struct MarkupReader {
  static let maximumDepth = 32
  static let maximumElements = 2_000
  private static let maximumAttributes = 64

  private let bytes: [UInt8]
  private var position = 0
  private var open: [Markup] = []
  private var openNames: [Range<Int>] = []
  private var elements = 0
  private var root: Markup?

  /// The document's root element.
  static func read(_ bytes: [UInt8]) throws(MarkupRefusal) -> Markup {
    var reader = MarkupReader(bytes)
    return try reader.document()
  }

  private init(_ bytes: [UInt8]) {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    self.bytes = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
  }

  private mutating func document() throws(MarkupRefusal) -> Markup {
    // Other encodings are refused as a whole: what they spell could not be looked at.
    guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else { throw .broken }
    try declaration()
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "<") {
        try markup()
      } else {
        try text()
      }
    }
    guard let root, open.isEmpty else { throw .broken }
    return root
  }

  /// `<?xml ... encoding="utf-8"?>`, if it is there.
  private mutating func declaration() throws(MarkupRefusal) {
    guard has("<?xml"), position + 5 < bytes.count, isBlank(bytes[position + 5]) else { return }
    let end = try find("?>")
    let inside = String(decoding: bytes[position..<end], as: UTF8.self).lowercased()
    if let encoding = inside.firstRange(of: "encoding") {
      let name = inside[encoding.upperBound...].filter { !" =\"'\t\r\n".contains($0) }
      guard ["utf-8", "us-ascii"].contains(where: name.hasPrefix) else { throw .broken }
    }
    position = end + 2
  }

  private mutating func markup() throws(MarkupRefusal) {
    if has("</") {
      try endTag()
    } else if has("<!--") {
      try comment()
    } else if has("<![CDATA[") {
      position += 9
      let end = try find("]]>")
      guard !open.isEmpty else { throw .broken }
      open[open.count - 1].append(try string(position..<end))
      position = end + 3
    } else if has("<!") {
      throw isDoctype ? .doctype : .broken
    } else if has("<?") {
      position = try find("?>") + 2
    } else {
      try startTag()
    }
  }

  private var isDoctype: Bool {
    String(decoding: bytes[position...].prefix(9), as: UTF8.self).lowercased() == "<!doctype"
  }

  private mutating func comment() throws(MarkupRefusal) {
    position += 4
    let end = try find("--")
    position = end
    guard has("-->") else { throw .broken }
    position += 3
  }

  private mutating func startTag() throws(MarkupRefusal) {
    guard root == nil else { throw .broken }
    position += 1
    let name = try self.name()
    try attributes()
    elements += 1
    guard elements <= MarkupReader.maximumElements, open.count < MarkupReader.maximumDepth else { throw .tooLarge }
    let element = Markup(localName(name))
    if has("/>") {
      position += 2
      close(element)
    } else {
      try expect(UInt8(ascii: ">"))
      open.append(element)
      openNames.append(name)
    }
  }

  private mutating func attributes() throws(MarkupRefusal) {
    var names: Set<ArraySlice<UInt8>> = []
    while true {
      let hasBlank = skipBlanks()
      guard position < bytes.count else { throw .broken }
      if bytes[position] == UInt8(ascii: ">") || bytes[position] == UInt8(ascii: "/") { return }
      guard hasBlank else { throw .broken }
      let name = try self.name()
      guard names.count < MarkupReader.maximumAttributes else { throw .tooLarge }
      guard names.insert(bytes[name]).inserted else { throw .broken }
      skipBlanks()
      try expect(UInt8(ascii: "="))
      skipBlanks()
      try attributeValue()
    }
  }

  /// Looked at, and of no use to anybody yet.
  private mutating func attributeValue() throws(MarkupRefusal) {
    guard position < bytes.count else { throw .broken }
    let quote = bytes[position]
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw .broken }
    position += 1
    guard let end = bytes[position...].firstIndex(of: quote) else { throw .broken }
    guard !bytes[position..<end].contains(UInt8(ascii: "<")) else { throw .broken }
    _ = try string(resolving: position..<end)
    position = end + 1
  }

  private mutating func endTag() throws(MarkupRefusal) {
    position += 2
    let name = try self.name()
    skipBlanks()
    try expect(UInt8(ascii: ">"))
    guard let element = open.popLast(), let opened = openNames.popLast(), bytes[opened] == bytes[name] else {
      throw .broken
    }
    close(element)
  }

  private mutating func close(_ element: Markup) {
    if open.isEmpty {
      root = element
    } else {
      open[open.count - 1].append(element)
    }
  }

  private mutating func text() throws(MarkupRefusal) {
    let end = bytes[position...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    if open.isEmpty {
      guard bytes[position..<end].allSatisfy(isBlank) else { throw .broken }
    } else {
      guard bytes[position..<end].firstRange(of: Array("]]>".utf8)) == nil else { throw .broken }
      open[open.count - 1].append(try string(resolving: position..<end))
    }
    position = end
  }

  // MARK: Pieces

  private func has(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard position + length <= bytes.count else { return false }
    return text.withUTF8Buffer { bytes[position..<position + length].elementsEqual($0) }
  }

  /// Where the text is next.
  private func find(_ text: StaticString) throws(MarkupRefusal) -> Int {
    let wanted = text.withUTF8Buffer { Array($0) }
    var from = position
    while let start = bytes[from...].firstIndex(of: wanted[0]) {
      if bytes[start...].starts(with: wanted) { return start }
      from = start + 1
    }
    throw .broken
  }

  private mutating func expect(_ byte: UInt8) throws(MarkupRefusal) {
    guard position < bytes.count, bytes[position] == byte else { throw .broken }
    position += 1
  }

  @discardableResult
  private mutating func skipBlanks() -> Bool {
    let start = position
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    return position > start
  }

  /// A name, with a prefix or without.
  private mutating func name() throws(MarkupRefusal) -> Range<Int> {
    let start = position
    while position < bytes.count, isOfName(bytes[position]) { position += 1 }
    guard position > start else { throw .broken }
    let parts = bytes[start..<position].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ $0.first.map(isFirstOfName) == true }) else { throw .broken }
    return start..<position
  }

  private func localName(_ range: Range<Int>) -> String {
    let name = bytes[range]
    let local = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
    return String(decoding: local, as: UTF8.self)
  }

  /// The characters as they stand. Control characters are no XML.
  private func string(_ range: Range<Int>) throws(MarkupRefusal) -> String {
    guard bytes[range].allSatisfy({ $0 >= 0x20 || isBlank($0) }) else { throw .broken }
    return String(decoding: bytes[range], as: UTF8.self)
  }

  /// The characters with entities put in.
  private func string(resolving range: Range<Int>) throws(MarkupRefusal) -> String {
    guard bytes[range].contains(UInt8(ascii: "&")) else { return try string(range) }
    var resolved = ""
    var from = range.lowerBound
    while let start = bytes[from..<range.upperBound].firstIndex(of: UInt8(ascii: "&")) {
      resolved += try string(from..<start)
      guard let end = bytes[start..<min(range.upperBound, start + 12)].firstIndex(of: UInt8(ascii: ";")) else {
        throw .broken
      }
      resolved.unicodeScalars.append(try MarkupReader.entity(bytes[(start + 1)..<end]))
      from = end + 1
    }
    return resolved + (try string(from..<range.upperBound))
  }

  private static func entity(_ name: ArraySlice<UInt8>) throws(MarkupRefusal) -> Unicode.Scalar {
    switch String(decoding: name, as: UTF8.self) {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    case let text where text.hasPrefix("#x"): return try scalar(UInt32(text.dropFirst(2), radix: 16))
    case let text where text.hasPrefix("#"): return try scalar(UInt32(text.dropFirst(1)))
    default: throw .broken
    }
  }

  private static func scalar(_ value: UInt32?) throws(MarkupRefusal) -> Unicode.Scalar {
    guard let value, value >= 0x20 || value == 9 || value == 10 || value == 13, value != 0xfffe, value != 0xffff,
      let scalar = Unicode.Scalar(value)
    else { throw .broken }
    return scalar
  }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d }

/// Letters of other scripts are names to XML; which of them is nothing to depend on here.
private func isOfName(_ byte: UInt8) -> Bool {
  isFirstOfName(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isFirstOfName(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
    0x80...0xff:
    true
  default: false
  }
}
