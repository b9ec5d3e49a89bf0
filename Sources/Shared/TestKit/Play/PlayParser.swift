import MSNP

/// Reads the text of plays and parts.
///
/// | line | meaning |
/// |---|---|
/// | `# ...` | a remark |
/// | `play: words` | what it shows; first line of a play |
/// | `dialects: 2-7` | where it is played: numbers and ranges, separated by commas; 2-7 without this line |
/// | `given: words` | what the data folder holds; "reference accounts" without this line |
/// | `server: public` | all roles on one listener |
/// | `part: words` | first line of a part |
/// | `takes: who, seat = NS` | a part's arguments, some with a value for when they are left out; `$who` stands for one |
/// | `gives: ticket` | names that the play shall know after the part |
/// | `include: part(who: alice)` | the part's steps |
/// | `alice@NS connects to dispatch` | or `notification`, `switchboard`, or an address |
/// | `alice@NS >>> words` | the client sends; a payload follows in lines that begin with a bar and a blank |
/// | `alice@NS <<< words` | the next line from the server is just this, its payload too |
/// | `alice@NS passes over GTC LST` | whatever else is on its way may only be lines of these commands |
/// | `alice@NS is closed` | the server ends the connection and says nothing more |
/// | `alice@NS is quiet` | nothing has come and nothing is on its way |
/// | `alice@NS hangs up` | the client ends the connection |
/// | `[5-6] step` | only in these dialects |
///
/// A payload is its lines joined with CR LF; a last line of a bar alone means that it ends with CR LF. Which names
/// words may hold is told by ``PlayTemplate``.
struct PlayParser {
  /// Gives a part's text by its name.
  typealias Parts = (String) -> String?

  private let file: String
  private let parts: Parts
  private let arguments: [String: String]
  private let depth: Int
  private var headers: [String: String] = [:]
  private var steps: [Play.Step] = []

  static func play(_ text: String, name: String, parts: @escaping Parts) throws(PlaySyntaxError) -> Play {
    var parser = PlayParser(file: "\(name).msnp", parts: parts, arguments: [:], depth: 0)
    try parser.read(text)
    guard let title = parser.headers["play"] else { throw PlaySyntaxError(description: "\(name): no line 'play:'") }
    if let stray = parser.headers.keys.first(where: { !["play", "dialects", "given", "server"].contains($0) }) {
      throw PlaySyntaxError(description: "\(name): a play has no line '\(stray):'")
    }
    guard let dialects = Dialect.set(parser.headers["dialects"] ?? "2-7") else {
      throw PlaySyntaxError(description: "\(name): dialects are written 2-7 or 2,5-6")
    }
    return Play(
      name: name, title: title, dialects: dialects, given: parser.headers["given"] ?? "reference accounts",
      publicHost: parser.headers["server"] == "public" ? "127.0.0.1" : nil, steps: parser.steps)
  }

  private init(file: String, parts: @escaping Parts, arguments: [String: String], depth: Int) {
    self.file = file
    self.parts = parts
    self.arguments = arguments
    self.depth = depth
  }

  private mutating func read(_ text: String) throws(PlaySyntaxError) {
    var payload: [String] = []
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let place = Play.Place(file: file, line: index + 1)
      let line = try substitute(String(raw), place)
      if line == "|" || line.hasPrefix("| ") {
        guard steps.last.map({ $0.action.mayHavePayload }) == true else {
          throw error(place, "a payload without a line before it")
        }
        payload.append(String(line.dropFirst(2)))
        steps[steps.count - 1].action.setPayload(PlayTemplate(payload.joined(separator: "\r\n")))
        continue
      }
      payload = []
      if line.isEmpty || line.hasPrefix("#") { continue }
      try read(line: line, place)
    }
  }

  private mutating func read(line: String, _ place: Play.Place) throws(PlaySyntaxError) {
    if let colon = line.firstIndex(of: ":"), PlayTemplate.isName(line[..<colon]), line[..<colon] != "include" {
      headers[String(line[..<colon])] = line[line.index(after: colon)...].trimmed
      return
    }
    var rest = Substring(line)
    var dialects: Set<Dialect>?
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      dialects = Dialect.set(rest[..<end].dropFirst())
      guard dialects != nil else { throw error(place, "dialects are written [2-7] or [2,5-6]") }
      rest = Substring(rest[rest.index(after: end)...].trimmed)
    }
    let action = rest.hasPrefix("include:") ? try inclusion(rest.dropFirst(8), place) : try step(rest, place)
    steps.append(Play.Step(place: place, dialects: dialects, action: action))
  }

  private func step(_ text: Substring, _ place: Play.Place) throws(PlaySyntaxError) -> Play.Action {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].contains("@") else { throw error(place, "no step: \(text)") }
    let seat = String(parts[0])
    let rest = parts[1]
    if rest.hasPrefix(">>> ") { return .send(seat: seat, PlayTemplate(rest.dropFirst(4)), payload: nil) }
    if rest.hasPrefix("<<< ") { return .expect(seat: seat, PlayTemplate(rest.dropFirst(4)), payload: nil) }
    if rest.hasPrefix("connects to ") { return .connect(seat: seat, to: PlayTemplate(rest.dropFirst(12))) }
    if rest.hasPrefix("passes over ") {
      return .passOver(seat: seat, verbs: rest.dropFirst(12).split(separator: " ").map(String.init))
    }
    switch rest {
    case "is closed": return .isClosed(seat: seat)
    case "is quiet": return .isQuiet(seat: seat)
    case "hangs up": return .hangUp(seat: seat)
    default: throw error(place, "no step: \(text)")
    }
  }

  private func inclusion(_ text: Substring, _ place: Play.Place) throws(PlaySyntaxError) -> Play.Action {
    guard let open = text.firstIndex(of: "("), text.last == ")" else { throw error(place, "include: part(who: alice)") }
    let name = text[..<open].trimmed
    guard let source = parts(name) else { throw error(place, "there is no part '\(name)'") }
    guard depth < 8 else { throw error(place, "parts include each other without end") }
    var given: [String: String] = [:]
    for argument in text[text.index(after: open)...].dropLast().split(separator: ",") {
      let pair = argument.split(separator: ":", maxSplits: 1)
      guard pair.count == 2 else { throw error(place, "an argument is written who: alice") }
      given[pair[0].trimmed] = pair[1].trimmed
    }
    let arguments = try PlayParser.arguments(of: source, given: given, at: place)
    var parser = PlayParser(file: "parts/\(name).msnp", parts: parts, arguments: arguments, depth: depth + 1)
    try parser.read(source)
    guard parser.headers["part"] != nil else { throw error(place, "part '\(name)' has no line 'part:'") }
    let gives = (parser.headers["gives"] ?? "").split(separator: ",").map(\.trimmed)
    let sees = given.values.flatMap { PlayTemplate($0).names }
    return .part(steps: parser.steps, sees: sees, gives: gives)
  }

  /// Reads `takes:` and matches it with what is given.
  private static func arguments(
    of source: String, given: [String: String], at place: Play.Place
  ) throws(PlaySyntaxError) -> [String: String] {
    var values = given
    var known: Set<String> = []
    for line in source.split(separator: "\n") where line.hasPrefix("takes:") {
      for entry in line.dropFirst(6).split(separator: ",") {
        let pair = entry.split(separator: "=", maxSplits: 1)
        let name = pair[0].trimmed
        known.insert(name)
        if values[name] == nil {
          guard pair.count == 2 else {
            throw PlaySyntaxError(description: "\(place): the part takes '\(name)' as well")
          }
          values[name] = pair[1].trimmed
        }
      }
    }
    if let stray = given.keys.first(where: { !known.contains($0) }) {
      throw PlaySyntaxError(description: "\(place): the part does not take '\(stray)'")
    }
    return values
  }

  private func substitute(_ line: String, _ place: Play.Place) throws(PlaySyntaxError) -> String {
    guard depth > 0, line.contains("$"), !line.hasPrefix("#"), !line.hasPrefix("takes:") else { return line }
    let pieces = line.split(separator: "$", omittingEmptySubsequences: false)
    var result = String(pieces[0])
    for piece in pieces.dropFirst() {
      let name = String(piece.prefix { $0.isLowercase })
      guard let value = arguments[name] else { throw error(place, "the part takes no '\(name)'") }
      result += value + piece.dropFirst(name.count)
    }
    return result
  }

  private func error(_ place: Play.Place, _ reason: String) -> PlaySyntaxError {
    PlaySyntaxError(description: "\(place): \(reason)")
  }
}

extension Play.Action {
  fileprivate var mayHavePayload: Bool {
    switch self {
    case .send, .expect: true
    default: false
    }
  }

  fileprivate mutating func setPayload(_ payload: PlayTemplate) {
    switch self {
    case .send(let seat, let line, _): self = .send(seat: seat, line, payload: payload)
    case .expect(let seat, let line, _): self = .expect(seat: seat, line, payload: payload)
    default: break
    }
  }
}

extension Dialect {
  /// Reads `2-7` or `2,5-6`; nil for anything else.
  fileprivate static func set(_ text: some StringProtocol) -> Set<Dialect>? {
    var dialects: Set<Dialect> = []
    for range in text.split(separator: ",") {
      let ends = range.split(separator: "-").map { UInt8($0.trimmed).flatMap(Dialect.init(rawValue:)) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last, ends.count < 3 else {
        return nil
      }
      dialects.formUnion(Dialect.allCases.filter { first <= $0 && $0 <= last })
    }
    return dialects.isEmpty ? nil : dialects
  }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    var rest = self[...]
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
