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
  private var buffer = Data()
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
    var status = stat()
    size = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  /// The next line without its end; nil after the last.
  mutating func next() throws -> TextLine? {
    var isTooLong = false
    while true {
      if let lineFeed = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[..<lineFeed]
        buffer = Data(buffer[(lineFeed + 1)...])
        return finish(line, end: 1, isTooLong)
      }
      if buffer.count > TextLines.maximumLength {
        isTooLong = true
        consumed += buffer.count
        buffer.removeAll()
      }
      guard try fill() else {
        guard !buffer.isEmpty || isTooLong else { return nil }
        defer { buffer.removeAll() }
        return finish(buffer, end: 0, isTooLong)
      }
    }
  }

  private mutating func finish(_ line: Data, end: Int, _ isTooLong: Bool) -> TextLine {
    number += 1
    consumed += line.count + end
    return TextLine(number: number, text: isTooLong ? nil : Data(line))
  }

  private mutating func fill() throws -> Bool {
    guard !hasEnded else { return false }
    do {
      if let more = try file.read(upToCount: TextLines.chunk), !more.isEmpty {
        buffer.append(more)
        return true
      }
    } catch { throw AdministrationFailure("cannot read \(name): \(error.localizedDescription)") }
    hasEnded = true
    return false
  }
}
