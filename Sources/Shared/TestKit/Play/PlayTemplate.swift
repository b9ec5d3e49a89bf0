import MSNP

/// Text of a play with names in braces: `USR 4 MD5 S {challenge}`.
///
/// | in braces | means |
/// |---|---|
/// | `{name}` | one word or a piece of one: taken up where it first comes, the same from then on |
/// | `{dialect}` `{port}` | the number of the dialect, the server's port |
/// | `{can}` | with the blank before it, what the play's clients can do, as `CHG`, `ILN` and `NLN` carry it from MSNP8 |
/// | `{member-can}` | the same as `IRO` and `JOI` carry it from MSNP12 |
/// | `{hex 00ff}` | these bytes |
/// | `{len}` | the length of the payload below, in bytes |
/// | `{md5 a b}` `{MD5 a b}` | the sum over both in lower- or upper-case hex; each a name, or itself if none |
///
/// | `{query a product}` | what a client of that product answers to the challenge `a`, in the play's dialect |
/// | `{stamp 255}` | list version 255 as `SYN` writes it from MSNP10: so many seconds after the year 2000 |
/// | `{ticket alice}` | `t=<ticket>&p=` as alice gets it for her password; `{ticket alice expired}`: see ``TicketWish`` |
///
/// Names are lower-case letters, digits and hyphens; other braces stand for themselves.
struct PlayTemplate: Sendable, Hashable {
  enum Piece: Sendable, Hashable {
    case text([UInt8])
    case name(String)
    case sum(String, String, upperCase: Bool)
    case query(String, product: String)
    case ticket(TicketWish, String)
    case stamp(UInt32)

    /// Under what a ticket's text is among the values: no name of the language has a blank.
    static func ticketName(_ wish: TicketWish, _ who: String) -> String { "ticket \(who) \(wish)" }
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

  /// The tickets it holds.
  var tickets: [(TicketWish, String)] {
    pieces.compactMap { if case .ticket(let wish, let who) = $0 { (wish, who) } else { nil } }
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
  private static func bytes(_ hex: String) -> [UInt8]? {
    let digits = hex.compactMap(\.hexDigitValue)
    guard digits.count == hex.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// What stands between braces; nil if it is nothing of the language.
  fileprivate init?(_ text: Substring) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    if words.count == 1, PlayTemplate.isName(words[0]) {
      self = .name(words[0])
    } else if words.count == 3, words[0].lowercased() == "md5" {
      self = .sum(words[1], words[2], upperCase: words[0] == "MD5")
    } else if words.count == 3, words[0] == "query" {
      self = .query(words[1], product: words[2])
    } else if words.count == 2, words[0] == "hex", let bytes = Self.bytes(words[1]) {
      self = .text(bytes)
    } else if words.count == 2, words[0] == "stamp", let version = UInt32(words[1]) {
      self = .stamp(version)
    } else if words.count == 2, words[0] == "ticket" {
      self = .ticket(.good, words[1])
    } else if words.count == 3, words[0] == "ticket", let wish = TicketWish(rawValue: words[2]) {
      self = .ticket(wish, words[1])
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
  private let dialect: Dialect

  /// What stands for itself in every play.
  private static let given = ["dialect", "port", "can", "member-can"]

  init(dialect: Dialect, port: Int) {
    self.dialect = dialect
    let can = PlayScope.capabilities[dialect].map { " \($0)" } ?? ""
    values = [
      "dialect": "\(dialect.rawValue)", "port": "\(port)", "can": can, "member-can": dialect < .msnp12 ? "" : can,
    ].mapValues { Array($0.utf8) }
  }

  /// The numbers of the reference's sessions (test vectors, section 9).
  static let capabilities: [Dialect: String] = [
    .msnp8: "24", .msnp9: "268435500", .msnp10: "536870948", .msnp11: "1073791084", .msnp12: "1342554172",
  ]

  init(_ values: [String: String] = [:], dialect: Dialect = .msnp7) {
    self.dialect = dialect
    self.values = values.mapValues { Array($0.utf8) }
  }

  /// A part's: what stands for itself everywhere, and the names the part is given.
  init(of outer: PlayScope, seeing names: [String]) {
    dialect = outer.dialect
    values = outer.values.filter { PlayScope.given.contains($0.key) || names.contains($0.key) }
  }

  /// Plays never come to versions that fill a day.
  private static func stamp(_ version: UInt32) -> String {
    let time = [version / 3600, version / 60 % 60, version % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return "2000-01-01T\(time.joined(separator: ":")).0000000-00:00"
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
    case .query(let challenge, let product):
      guard let value = self[challenge] else { throw Unbound(name: challenge) }
      let text = String(decoding: value, as: UTF8.self)
      guard let answer = ChallengeAnswer.text(text, product: product, dialect: dialect) else {
        throw Unbound(name: product)
      }
      return Array(answer.utf8)
    case .stamp(let version): return Array(PlayScope.stamp(version).utf8)
    case .ticket(let wish, let who):
      guard let value = self[PlayTemplate.Piece.ticketName(wish, who)] else { throw Unbound(name: "ticket \(who)") }
      return value
    }
  }
}
