/// Text of a play with names in braces: `USR 4 MD5 S {challenge}`.
///
/// | in braces | means |
/// |---|---|
/// | `{name}` | one word or a piece of one: taken up where it first comes, the same from then on |
/// | `{dialect}` `{port}` | the number of the dialect, the server's port |
/// | `{len}` | the length of the payload below, in bytes |
/// | `{md5 a b}` `{MD5 a b}` | the sum over both in lower- or upper-case hex; each a name, or itself if none |
///
/// Names are lower-case letters, digits and hyphens; other braces stand for themselves.
struct PlayTemplate: Sendable, Hashable {
  enum Piece: Sendable, Hashable {
    case text([UInt8])
    case name(String)
    case sum(String, String, upperCase: Bool)
  }

  let pieces: [Piece]
  let source: String

  init(_ source: some StringProtocol) {
    self.source = String(source)
    var pieces: [Piece] = []
    var text: [UInt8] = []
    var rest = Substring(source)
    while let character = rest.first {
      if character == "{", let end = rest.firstIndex(of: "}"), let piece = Piece(rest[..<end].dropFirst()) {
        if !text.isEmpty { pieces.append(.text(text)) }
        text = []
        pieces.append(piece)
        rest = rest[rest.index(after: end)...]
      } else {
        text += character.utf8
        rest.removeFirst()
      }
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    self.pieces = pieces
  }

  /// The names it holds.
  var names: [String] {
    pieces.compactMap { if case .name(let name) = $0 { name } else { nil } }
  }

  /// Puts the values in; throws the name that has none.
  func rendered(_ values: PlayScope) throws(PlayScope.Unbound) -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces { bytes += try values.bytes(of: piece) }
    return bytes
  }

  /// Whether the bytes are this text, taking up the names that are new.
  func matches(_ bytes: [UInt8], _ values: PlayScope) throws(PlayScope.Unbound) -> Bool {
    var taken: [String: [UInt8]] = [:]
    guard try matches(bytes[...], pieces[...], values, &taken) else { return false }
    for (name, value) in taken { values.take(name, value) }
    return true
  }

  private func matches(
    _ bytes: ArraySlice<UInt8>, _ pieces: ArraySlice<Piece>, _ values: PlayScope, _ taken: inout [String: [UInt8]]
  ) throws(PlayScope.Unbound) -> Bool {
    guard let piece = pieces.first else { return bytes.isEmpty }
    if case .name(let name) = piece, values[name] == nil, taken[name] == nil {
      let longest = bytes.prefix { $0 > 0x20 }.count
      for length in stride(from: longest, to: 0, by: -1) {
        var trial = taken
        trial[name] = Array(bytes.prefix(length))
        if try matches(bytes.dropFirst(length), pieces.dropFirst(), values, &trial) {
          taken = trial
          return true
        }
      }
      return false
    }
    let wanted: [UInt8] =
      if case .name(let name) = piece, let value = taken[name] { value } else { try values.bytes(of: piece) }
    guard bytes.starts(with: wanted) else { return false }
    return try matches(bytes.dropFirst(wanted.count), pieces.dropFirst(), values, &taken)
  }
}

extension PlayTemplate.Piece {
  /// What stands between braces; nil if it is nothing of the language.
  fileprivate init?(_ text: Substring) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    if words.count == 1, PlayTemplate.isName(words[0]) {
      self = .name(words[0])
    } else if words.count == 3, words[0].lowercased() == "md5" {
      self = .sum(words[1], words[2], upperCase: words[0] == "MD5")
    } else {
      return nil
    }
  }
}

extension PlayTemplate {
  static func isName(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
    return text.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || $0 == UInt8(ascii: "-")
    }
  }
}

/// The names taken up so far. A part has names of its own and sees of the play's only those it is given.
final class PlayScope {
  struct Unbound: Error, CustomStringConvertible {
    let name: String
    var description: String { "the name {\(name)} has no value yet" }
  }

  private var values: [String: [UInt8]]

  init(_ values: [String: String] = [:]) { self.values = values.mapValues { Array($0.utf8) } }

  /// A part's: what stands for itself everywhere, and the names the part is given.
  init(of outer: PlayScope, seeing names: [String]) {
    values = outer.values.filter { $0.key == "dialect" || $0.key == "port" || names.contains($0.key) }
  }

  subscript(name: String) -> [UInt8]? { values[name] }

  func take(_ name: String, _ value: [UInt8]) { values[name] = value }
  func forget(_ name: String) { values[name] = nil }

  func bytes(of piece: PlayTemplate.Piece) throws(Unbound) -> [UInt8] {
    switch piece {
    case .text(let text): return text
    case .name(let name):
      guard let value = self[name] else { throw Unbound(name: name) }
      return value
    case .sum(let first, let second, let upperCase):
      let sum = MD5.hex((self[first] ?? Array(first.utf8)) + (self[second] ?? Array(second.utf8)))
      return Array((upperCase ? sum.uppercased() : sum).utf8)
    }
  }
}
