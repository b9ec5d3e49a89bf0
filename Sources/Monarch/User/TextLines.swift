import Foundation

/// The lines of a file or of standard input, read as they are asked for.
struct TextLines {
  struct TextLine: Hashable {
    /// Counted from 1.
    var number: Int
    /// Nil for a line longer than ``TextLines/maximumLength``.
    var text: Data?
  }

  /// In bytes: room for some ten thousand contacts.
  static let maximumLength = 1 << 20
  private static let chunk = 1 << 16

  /// The size in bytes, as far as it is known; nil for a pipe.
  let size: Int?
  /// How many bytes the lines so far took.
  private(set) var consumed = 0
  private let name: String
  private let file: FileHandle
  private var buffer: [UInt8] = []
  /// Where in the buffer the next line begins.
  private var start = 0
  private var number = 0
  private var hasEnded = false

  /// Opens a file, or standard input for `-`.
  init(path: String) throws {
    name = path
    guard path != "-" else {
      file = .standardInput
      size = nil
      return
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw AdministrationFailure("cannot read \(path): \(lastSystemError())") }
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    // What cannot be gone back in, such as a pipe, has no size.
    let end = lseek(descriptor, 0, SEEK_END)
    size = end >= 0 && lseek(descriptor, 0, SEEK_SET) == 0 ? Int(end) : nil
  }

  /// The next line without its end; nil after the last.
  mutating func next() throws -> TextLine? {
    var isTooLong = false
    while true {
      if let lineFeed = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = lineFeed + 1 }
        return finish(buffer[start..<lineFeed], end: 1, isTooLong)
      }
      if buffer.count - start > TextLines.maximumLength {
        isTooLong = true
        consumed += buffer.count - start
        start = buffer.count
      }
      guard try fill() else {
        guard start < buffer.count || isTooLong else { return nil }
        defer { start = buffer.count }
        return finish(buffer[start...], end: 0, isTooLong)
      }
    }
  }

  private mutating func finish(_ line: ArraySlice<UInt8>, end: Int, _ isTooLong: Bool) -> TextLine {
    number += 1
    consumed += line.count + end
    return TextLine(number: number, text: isTooLong || line.count > TextLines.maximumLength ? nil : Data(line))
  }

  private mutating func fill() throws -> Bool {
    guard !hasEnded else { return false }
    do {
      if let more = try file.read(upToCount: TextLines.chunk), !more.isEmpty {
        buffer.removeFirst(start)
        start = 0
        buffer += more
        return true
      }
    } catch { throw AdministrationFailure("cannot read \(name): \(error.localizedDescription)") }
    hasEnded = true
    return false
  }
}
