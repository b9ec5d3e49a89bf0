import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a key file says, before anybody asks whether it is enough.
///
///     {"keys": {"registry": "<32 bytes, base64>"}, "previous": {"registry": "..."}, "next": {"registry": "..."}}
struct KeyForm: Codable, Hashable {
  var keys: [String: String]
  /// The keys before the last rotation, still accepted.
  var previous: [String: String]?
  /// The keys of the next rotation, accepted already: nodes that have not seen it yet must believe those that have.
  var next: [String: String]?

  init(keys: [String: String], previous: [String: String]? = nil, next: [String: String]? = nil) {
    self.keys = keys
    // As a file is read that has none.
    self.previous = previous?.isEmpty == true ? nil : previous
    self.next = next?.isEmpty == true ? nil : next
  }

  init(json: [UInt8], path: String) throws(KeyFileError) {
    guard let form = try? JSONDecoder().decode(KeyForm.self, from: Data(json)) else { throw .malformed(path: path) }
    self = form
  }

  /// A key as text; a fresh one each time.
  static func freshKey() -> String { Data(randomBytes(32)).base64EncodedString() }

  /// Nil for what is not 32 bytes in base64.
  static func key(_ text: String?) -> SymmetricKey? {
    guard let bytes = text.flatMap({ Data(base64Encoded: $0) }), bytes.count == 32 else { return nil }
    return SymmetricKey(data: bytes)
  }

  /// The file's text, in the same order each time.
  var json: [UInt8] {
    var parts = [KeyForm.object("keys", keys)]
    for (name, entries) in [("previous", previous), ("next", next)] {
      if let entries, !entries.isEmpty { parts.append(KeyForm.object(name, entries)) }
    }
    return Array("{\n\(parts.joined(separator: ",\n"))\n}\n".utf8)
  }

  /// Names and keys come from ``KeyName`` and ``freshKey()`` or were read as keys: nothing in them needs escaping.
  private static func object(_ name: String, _ entries: [String: String]) -> String {
    let lines = entries.sorted { $0.key < $1.key }.map { "    \"\($0.key)\": \"\($0.value)\"" }
    return "  \"\(name)\": {\n\(lines.joined(separator: ",\n"))\n  }"
  }
}
