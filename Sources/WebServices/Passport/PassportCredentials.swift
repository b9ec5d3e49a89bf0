import Credentials
import MSNP

/// What an `Authorization` header of Passport 1.4 brings.
///
///     >>> Authorization: Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,
///         sign-in=alice%40example.com,pwd=secret,lc=1033,id=507,...
///
/// Pairs with commas between them; names in any case, in any order, those that nobody knows ignored. Both sides of a pair
/// are percent-encoded, but for clients that leave one of them as it is. Holds a password: never logged.
struct PassportCredentials: Hashable, Sendable {
  /// As the client gave it, which may be no handle.
  var signIn: String
  var password: String
  var site: PassportSite

  /// Nil for another scheme, and when sign-in or password is missing.
  init?(header: String) {
    guard let text = PassportCredentials.parameters(header) else { return nil }
    let pairs = PassportCredentials.pairs(text)
    guard let signIn = pairs["sign-in"], let password = pairs["pwd"] else { return nil }
    self.signIn = signIn
    self.password = password
    site = pairs["id"].flatMap { UInt32($0) }.map(PassportSite.init(rawValue:)) ?? .messenger
  }

  /// What stands behind the scheme, which some clients write twice.
  private static func parameters(_ header: String) -> Substring? {
    var rest = header[...]
    var hasScheme = false
    while true {
      rest = rest.drop { $0 == " " || $0 == "\t" }
      guard rest.prefix(scheme.count).lowercased() == scheme else { break }
      let behind = rest.dropFirst(scheme.count)
      guard behind.first.map({ $0 == " " || $0 == "\t" }) ?? true else { break }
      hasScheme = true
      rest = behind
    }
    return hasScheme ? rest : nil
  }

  /// The first of a name counts. A piece without `=` belongs to the value before it: a password's comma that was not
  /// encoded.
  private static func pairs(_ text: Substring) -> [String: String] {
    var raw: [(name: String, value: String)] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let equals = piece.firstIndex(of: "=") else {
        if !raw.isEmpty { raw[raw.count - 1].value += ",\(piece)" }
        continue
      }
      let name = piece[..<equals].filter { $0 != " " && $0 != "\t" }
      raw.append((decoded(String(name)).lowercased(), String(piece[piece.index(after: equals)...])))
    }
    return Dictionary(raw.map { ($0.name, decoded($0.value)) }) { first, _ in first }
  }

  /// What cannot be decoded was not encoded.
  private static func decoded(_ text: String) -> String { PercentEncoding.decode(text.utf8) ?? text }

  private static let scheme = "passport1.4"
}
