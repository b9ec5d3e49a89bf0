import Crypto

/// A key with the byte by which tickets name it.
struct SigningKey: Sendable {
  let id: UInt8
  private let label: [UInt8]
  private let key: SymmetricKey

  /// - Parameter label: what is signed: no code of one kind of ticket is a code of another.
  init(_ key: SymmetricKey, label: String) {
    self.key = key
    self.label = Array(label.utf8)
    id = HMAC<SHA256>.authenticationCode(for: Array("\(label) key".utf8), using: key).first { _ in true } ?? 0
  }

  /// The whole HMAC.
  func code(_ message: [UInt8]) -> [UInt8] { Array(HMAC<SHA256>.authenticationCode(for: label + message, using: key)) }
}
