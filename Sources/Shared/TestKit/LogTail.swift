import Foundation

/// The ends of log files, for the messages of tests that fail.
enum LogTail {
  static func of(_ path: String, lines: Int) -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return "(no \(path))" }
    return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
  }
}
