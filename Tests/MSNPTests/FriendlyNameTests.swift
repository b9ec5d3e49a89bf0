import NIOCore
import Testing

@testable import MSNP

@Suite struct FriendlyNameTests {
  private func refusal(_ encoded: String) -> FriendlyName.Refusal? {
    do {
      _ = try FriendlyName(encoded: Array(encoded.utf8))
      return nil
    } catch { return error }
  }

  /// Test vectors, section 5.
  @Test func theLimitIs387EncodedBytes() throws {
    let longest = try FriendlyName(String(repeating: "日", count: 43))
    #expect(written(.msnp2) { $0.line(.REA, longest) }.utf8.count == 4 + 387 + 2)
    #expect(refusal(String(repeating: "%E6%97%A5", count: 43)) == nil)
    #expect(refusal(String(repeating: "%E6%97%A5", count: 44)) == .tooLong)
    #expect(refusal(String(repeating: "%C3%A9", count: 64)) == nil)
    #expect(refusal(String(repeating: "a", count: 387)) == nil)
    #expect(refusal(String(repeating: "a", count: 388)) == .tooLong)
    #expect(throws: FriendlyName.Refusal.tooLong) { try FriendlyName(String(repeating: "日", count: 44)) }
  }

  /// A name that is short enough as it came, but not in the form it would be written in, is refused, not a violation.
  @Test func rawTextMayNotGrowPastTheLimit() {
    #expect(refusal(String(repeating: "日", count: 43)) == nil)
    #expect(refusal(String(repeating: "日", count: 44)) == .unreadable)
    #expect(refusal(String(repeating: "&", count: 200)) == .unreadable)
  }

  @Test(arguments: [
    "%0D%0A", "Alice%0D%0AOUT", "%00", "Alice%00", "%09", "%1F", "%7F", "%C2%85", "%C2%9F", "%", "Alice%2", "%C3%28",
    "%FF",
    "",
  ])
  func unreadableNamesAreRefused(_ encoded: String) { #expect(refusal(encoded) == .unreadable) }

  @Test(arguments: [
    ("another%20user", "another user"), ("C++", "C++"), ("%c3%bcber", "über"), ("%E6%97%A5", "日"), ("a&b=c", "a&b=c"),
  ])
  func readsAnyEncodingAndWritesItsOwn(_ encoded: String, _ text: String) throws {
    let name = try FriendlyName(encoded: Array(encoded.utf8))
    #expect(name.text == text)
    #expect(written(.msnp2) { $0.line(.REA, name) } == "REA \(PercentEncoding.encode(text))\r\n")
  }

  @Test func nobodysNameIsTheHandle() throws {
    #expect(try FriendlyName(handle("alice@example.com")).text == "alice@example.com")
  }

  /// Promise S10: whatever a name holds, every line has its number of words and no control character.
  @Test func noNameBreaksALine() throws {
    let handle = try handle("alice@example.com")
    var random = SeededGenerator(seed: 42)
    var accepted = 0
    for _ in 0..<250_000 {
      let encoded = randomName(&random)
      guard let name = try? FriendlyName(encoded: encoded) else { continue }
      accepted += 1
      var writer = LineWriter(dialect: .msnp7)
      writer.nln(.online, handle, name)
      let isWhole = writer.buffer.withUnsafeReadableBytes { bytes in
        var blanks = 0
        for byte in bytes.dropLast(2) {
          guard byte >= 0x20, byte < 0x7f else { return false }
          if byte == 0x20 { blanks += 1 }
        }
        return blanks == 3 && bytes.last != 0x20 && bytes.suffix(2).elementsEqual([0x0d, 0x0a])
      }
      guard isWhole else {
        Issue.record("the name \(encoded) broke \(String(buffer: writer.buffer))")
        return
      }
    }
    #expect(accepted > 10_000)
  }

  /// Bytes of every kind and escapes of every byte, short enough that many are legal.
  private func randomName(_ random: inout SeededGenerator) -> [UInt8] {
    let digits = Array("0123456789abcdefABCDEF".utf8)
    var name: [UInt8] = []
    var bits = random.next()
    for _ in 0..<(bits & 7) {
      bits = random.next()
      switch bits & 3 {
      case 0: name.append(UInt8(truncatingIfNeeded: bits >> 8))
      case 1, 2: name.append(0x20 + UInt8(truncatingIfNeeded: bits >> 8) % 95)
      default: name += [0x25, digits[Int(bits >> 8) % 22], digits[Int(bits >> 32) % 22]]
      }
    }
    return name
  }
}
