import MSNP

/// Values as words of one line, for the bus and for columns of text: blanks between them, names percent-encoded, so
/// that no value can bring a blank or a line end.
public struct WordWriter: Sendable {
  public private(set) var text = ""

  public init() {}

  public mutating func add(_ word: some StringProtocol) {
    if !text.isEmpty { text += " " }
    text += word
  }

  public mutating func add(_ number: some BinaryInteger) { add(String(number)) }
  public mutating func add(_ account: AccountID) { add(account.rawValue) }
  public mutating func add(_ handle: UserHandle) { add(handle.text) }
  public mutating func add(encoding text: String) { add(PercentEncoding.encode(text)) }
  public mutating func add(_ name: FriendlyName) { add(encoding: name.text) }

  /// Numbers with commas between them; `-` for none.
  public mutating func add(_ accounts: AccountSet) {
    add(accounts.isEmpty ? "-" : accounts.members.map { String($0.rawValue) }.joined(separator: ","))
  }
}

/// Reads what ``WordWriter`` wrote; nil wherever the next word is not of the kind that is asked for.
public struct WordReader: Sendable {
  /// Nil behind the last word; empty before a last word that is empty.
  private var rest: Substring.UTF8View?

  public init(_ text: some StringProtocol) { rest = text.isEmpty ? nil : Substring(text).utf8 }

  public var isAtEnd: Bool { rest == nil }

  public mutating func word() -> Substring? {
    guard let rest else { return nil }
    guard let blank = rest.firstIndex(of: UInt8(ascii: " ")) else {
      self.rest = nil
      return Substring(rest)
    }
    self.rest = rest[rest.index(after: blank)...]
    return Substring(rest[..<blank])
  }

  public mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
    word().flatMap { WordReader.number($0) }
  }

  /// A number has one form: no plus sign and no zeros before it.
  private static func number<Number: FixedWidthInteger>(_ word: Substring) -> Number? {
    Number(word).flatMap { String($0) == word ? $0 : nil }
  }

  public mutating func account() -> AccountID? { number(Int64.self).map { AccountID($0) } }
  /// In the form that is written, of the two that clients may send.
  public mutating func guid() -> GUID? {
    word().flatMap { word in GUID(word).flatMap { $0.description == word ? $0 : nil } }
  }

  public mutating func handle() -> UserHandle? { word().flatMap { UserHandle(String($0)) } }
  public mutating func text() -> String? { word().flatMap { PercentEncoding.decode($0.utf8) } }
  public mutating func name() -> FriendlyName? { text().flatMap { try? FriendlyName($0) } }

  public mutating func accounts() -> AccountSet? {
    guard let word = word() else { return nil }
    if word == "-" { return AccountSet() }
    var accounts: [AccountID] = []
    for part in word.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number: Int64 = WordReader.number(part) else { return nil }
      accounts.append(AccountID(number))
    }
    return AccountSet(accounts)
  }
}
