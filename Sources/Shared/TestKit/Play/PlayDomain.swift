/// The domain under which a play's accounts are in a cluster that many plays share.
///
/// It has as many letters as `example.com`, which it takes the place of on the wire: no length changes, and no play
/// meets the people of another.
struct PlayDomain: Sendable, Hashable {
  private static let written = Array("example.com".utf8)
  private let bytes: [UInt8]

  /// - Parameter number: of its own in the cluster, under 26 to the sixth.
  init(_ number: Int) {
    var letters: [UInt8] = []
    var rest = number
    for _ in 0..<6 {
      letters.append(UInt8(ascii: "a") + UInt8(rest % 26))
      rest /= 26
    }
    bytes = [UInt8(ascii: "x")] + letters + Array(".com".utf8)
  }

  var name: String { String(decoding: bytes, as: UTF8.self) }

  /// The play's bytes as they go over the wire; capitals stay capitals.
  func sent(_ text: [UInt8]) -> [UInt8] { PlayDomain.replacing(PlayDomain.written, with: bytes, in: text) }

  /// What came over the wire as the play tells it.
  func heard(_ text: [UInt8]) -> [UInt8] { PlayDomain.replacing(bytes, with: PlayDomain.written, in: text) }

  private static func replacing(_ old: [UInt8], with new: [UInt8], in text: [UInt8]) -> [UInt8] {
    guard text.count >= old.count else { return text }
    var result = text
    var index = 0
    while index + old.count <= text.count {
      guard zip(old, text[index...]).allSatisfy({ $0 == lowercased($1) }) else {
        index += 1
        continue
      }
      for (offset, letter) in new.enumerated() {
        let isCapital = text[index + offset] != old[offset]
        result[index + offset] = isCapital ? letter - 0x20 : letter
      }
      index += old.count
    }
    return result
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 0x20 : byte
  }
}
