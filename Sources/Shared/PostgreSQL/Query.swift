import MSNP
import Roster
import Store

/// One SQL statement, prepared once on every connection that runs it.
package struct Statement: Hashable, Sendable {
  /// Unique within the service; the name under which the server keeps it.
  package let name: String
  package let sql: String

  package init(_ name: String, _ sql: String) {
    self.name = name
    self.sql = sql
  }
}

/// A statement with its parameters, in text form; nil is NULL.
package struct Query: Sendable {
  package let statement: Statement
  package let parameters: [String?]

  package init(_ statement: Statement, _ parameters: [Parameter] = []) {
    self.statement = statement
    self.parameters = parameters.map(\.text)
  }

  /// PostgreSQL has no text with a NUL in it, and libpq would cut the parameter there.
  package var hasNUL: Bool { parameters.contains { $0?.utf8.contains(0) == true } }
}

/// A value as PostgreSQL reads it from text.
package struct Parameter: Sendable {
  package let text: String?

  package static let null = Parameter(text: nil)
  package static func text(_ value: String?) -> Parameter { Parameter(text: value) }
  package static func integer(_ value: some BinaryInteger) -> Parameter { Parameter(text: String(value)) }
  package static func account(_ account: AccountID) -> Parameter { .integer(account.rawValue) }
  package static func handle(_ handle: UserHandle) -> Parameter { .text(handle.text) }
  package static func list(_ list: ContactList) -> Parameter { .integer(ListMembership(list).rawValue) }

  /// `bytea`; nil is NULL.
  package static func bytes(_ bytes: [UInt8]?) -> Parameter { Parameter(text: bytes.map(Hexadecimal.literal)) }

  package static func integers(_ values: some Sequence<some BinaryInteger>) -> Parameter {
    Parameter(text: "{" + values.map { String($0) }.joined(separator: ",") + "}")
  }

  package static func accounts(_ accounts: some Sequence<AccountID>) -> Parameter {
    .integers(accounts.map(\.rawValue))
  }

  /// An array of texts, or of what is written as text; nil elements are NULL.
  package static func texts(_ values: some Sequence<String?>) -> Parameter {
    Parameter(text: "{" + values.map(quoted).joined(separator: ",") + "}")
  }

  /// `bytea[]`; nil elements are NULL.
  package static func byteStrings(_ values: some Sequence<[UInt8]?>) -> Parameter {
    .texts(values.map { $0.map(Hexadecimal.literal) })
  }

  private static func quoted(_ value: String?) -> String {
    guard let value else { return "NULL" }
    if value.utf8.allSatisfy({ $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) { return "\"\(value)\"" }
    var element = [UInt8(ascii: "\"")]
    element.reserveCapacity(value.utf8.count + 16)
    for byte in value.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { element.append(UInt8(ascii: "\\")) }
      element.append(byte)
    }
    element.append(UInt8(ascii: "\""))
    return String(decoding: element, as: UTF8.self)
  }
}

/// The text form of `bytea`: `\x` and two digits a byte.
enum Hexadecimal {
  static func literal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return "\\x"
      + String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  static func bytes(_ literal: String) -> [UInt8]? {
    let digits = Array(literal.utf8)
    guard digits.starts(with: "\\x".utf8), digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2 - 1)
    for index in stride(from: 2, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
