/// What the bytes of a picture say of themselves: its kind and its size. Pure; nothing is decoded, and what a browser
/// says of the file is not believed.
struct PictureFile: Hashable, Sendable {
  /// `image/png`, `image/jpeg` or `image/gif`.
  let type: String
  /// In pixels.
  let width: Int
  let height: Int

  /// The largest file in bytes, and the largest side in pixels.
  static let maximumBytes = 64 * 1024
  static let maximumSide = 2048

  /// Nil for what is no picture of these kinds.
  init?(_ bytes: [UInt8]) {
    guard let (type, width, height) = PictureFile.png(bytes) ?? PictureFile.gif(bytes) ?? PictureFile.jpeg(bytes)
    else { return nil }
    (self.type, self.width, self.height) = (type, width, height)
  }

  /// Whether it can be shown on a page.
  var isSane: Bool { [width, height].allSatisfy { (1...PictureFile.maximumSide).contains($0) } }

  private typealias Facts = (String, Int, Int)

  /// The signature, then the chunk `IHDR` of 13 bytes, which begins with the two sides.
  private static func png(_ bytes: [UInt8]) -> Facts? {
    let start: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13] + Array("IHDR".utf8)
    guard bytes.count >= 33, bytes.starts(with: start) else { return nil }
    return ("image/png", number(bytes[16..<20]), number(bytes[20..<24]))
  }

  /// The signature, then the two sides, low byte first.
  private static func gif(_ bytes: [UInt8]) -> Facts? {
    guard bytes.count >= 13, ["GIF87a", "GIF89a"].contains(where: { bytes.starts(with: Array($0.utf8)) }) else {
      return nil
    }
    return ("image/gif", number(bytes[6..<8].reversed()), number(bytes[8..<10].reversed()))
  }

  /// Segments with their lengths, up to the first that begins a frame: precision, height, width.
  private static func jpeg(_ bytes: [UInt8]) -> Facts? {
    guard bytes.starts(with: [0xff, 0xd8, 0xff]) else { return nil }
    var place = 2
    while place + 4 <= bytes.count, bytes[place] == 0xff {
      let marker = bytes[place + 1]
      // Any number of these may stand before a marker.
      if marker == 0xff {
        place += 1
        continue
      }
      let length = number(bytes[place + 2..<place + 4])
      let isFrame = (0xc0...0xcf).contains(marker) && ![0xc4, 0xc8, 0xcc].contains(marker)
      if isFrame {
        guard length >= 8, place + 9 <= bytes.count else { return nil }
        return ("image/jpeg", number(bytes[place + 7..<place + 9]), number(bytes[place + 5..<place + 7]))
      }
      // The picture's data begins, or there is none: the frame should have come before.
      guard length >= 2, marker != 0xda, marker != 0xd9 else { return nil }
      place += 2 + length
    }
    return nil
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
