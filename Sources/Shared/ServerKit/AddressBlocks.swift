import Glibc

/// Blocks of IP addresses in CIDR notation.
///
///     10.0.0.0/8,192.0.2.7,2001:db8::/32
public struct AddressBlocks: Hashable, Sendable {
  private struct Block: Hashable {
    let bytes: [UInt8]
    let bits: Int

    func contains(_ address: [UInt8]) -> Bool {
      guard address.count == bytes.count else { return false }
      let whole = bits / 8
      guard address.prefix(whole).elementsEqual(bytes.prefix(whole)) else { return false }
      let mask = bits % 8 == 0 ? 0 : UInt8(truncatingIfNeeded: 0xff00 >> (bits % 8))
      return mask == 0 || address[whole] & mask == bytes[whole] & mask
    }
  }

  private let blocks: [Block]

  /// No address at all.
  public init() { blocks = [] }

  /// Reads blocks with commas between them; nil when one of them is none.
  public init?(_ text: some StringProtocol) {
    var blocks: [Block] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let block = AddressBlocks.block(part) else { return nil }
      blocks.append(block)
    }
    self.blocks = blocks
  }

  public var isEmpty: Bool { blocks.isEmpty }

  /// Whether an address, in text, is in one of the blocks; false for what is no address.
  public func contains(_ address: String) -> Bool {
    guard !blocks.isEmpty, let bytes = AddressBlocks.bytes(address) else { return false }
    return blocks.contains { $0.contains(bytes) }
  }

  private static func block(_ text: some StringProtocol) -> Block? {
    let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let address = halves[0].drop { $0 == " " }
    guard let bytes = bytes(String(address)) else { return nil }
    guard halves.count == 2 else { return Block(bytes: bytes, bits: bytes.count * 8) }
    guard let bits = Int(halves[1]), (0...bytes.count * 8).contains(bits) else { return nil }
    return Block(bytes: bytes, bits: bits)
  }

  /// Four or sixteen bytes; an IPv4 address that is mapped into IPv6 counts as what it is.
  private static func bytes(_ text: String) -> [UInt8]? {
    var four = [UInt8](repeating: 0, count: 4)
    if inet_pton(AF_INET, text, &four) == 1 { return four }
    var sixteen = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
    let isMapped = sixteen.prefix(10).allSatisfy { $0 == 0 } && sixteen[10] == 0xff && sixteen[11] == 0xff
    return isMapped ? Array(sixteen.suffix(4)) : sixteen
  }
}
