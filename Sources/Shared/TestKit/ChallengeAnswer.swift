import MSNP

/// What clients answer to `CHL`, reckoned apart from the servers' own code (login reference, section 11).
public enum ChallengeAnswer {
  /// Product ids and their keys.
  static let keys = [
    "msmsgs@msnmsgr.com": "Q1P7W2E4J9R8U3S5",
    "PROD0038W!61ZTF9": "VT6PX?UQTM4WM%YR",
    "PROD0058#7IL2{QD": "QHDCY@7R1TB6W?5B",
    "PROD0061VRRZH@4F": "JXQ6J@TUOGYV@N0M",
    "PROD00504RLUG%WL": "I2EBK%PYNLZL5_J4",
    "PROD0076ENE8*@AW": "CEQJ8}OE0!WTSWII",
    "PROD0090YUAUV{2B": "YMM8C_H7KCQ2S_KL",
    "PROD00974#MT*RC2": "LMCVO*18PQJ3H!K3",
    "PROD0101{0RM?UBW": "CFHUR$52U_{VIX5T",
    "PROD0104U6VVM{UJ": "VK67B}379XYM5}$T",
    "PROD0113H11T8$X_": "RG@XY*28Q5QHS%Q5",
  ]

  /// The answer in a dialect; nil for a product whose key is not known.
  public static func text(_ challenge: String, product: String, dialect: Dialect) -> String? {
    guard let key = keys[product] else { return nil }
    let sum = MD5.hex(Array((challenge + key).utf8))
    return dialect < .msnp11 ? sum : mixed(sum, with: challenge + product)
  }

  /// The steps of MSNP11, numbered as in the reference.
  private static func mixed(_ sum: String, with text: String) -> String {
    let modulus: UInt64 = 0x7fff_ffff
    let digits = Array(sum)
    let bytes = stride(from: 0, to: 32, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16) ?? 0 }
    let words = littleEndianWords(bytes)
    let a = words.map { $0 & modulus }
    var padded = Array(text.utf8)
    while padded.count % 8 != 0 { padded.append(UInt8(ascii: "0")) }
    let v = littleEndianWords(padded)
    var (high, low): (UInt64, UInt64) = (0, 0)
    for index in stride(from: 0, to: v.count, by: 2) {
      var t = (v[index] * 0x0e79_a9c1) % modulus + high
      t = (t * a[0] + a[1]) % modulus
      high = (v[index + 1] + t) % modulus
      high = (high * a[2] + a[3]) % modulus
      low += high + t
    }
    high = (high + a[1]) % modulus
    low = (low + a[3]) % modulus
    return [words[0] ^ high, words[1] ^ low, words[2] ^ high, words[3] ^ low].map(littleEndianHex).joined()
  }

  private static func littleEndianWords(_ bytes: [UInt8]) -> [UInt64] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
    }
  }

  private static func littleEndianHex(_ word: UInt64) -> String {
    (0..<4).map { shift in
      let byte = UInt8(truncatingIfNeeded: word >> (8 * UInt64(shift)))
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
