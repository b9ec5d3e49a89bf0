/// An HTTP answer as it came, letter by letter.
public struct WebAnswer: Hashable, Sendable, CustomStringConvertible {
  /// As in `HTTP/1.1 200 OK`.
  public var statusLine: String
  /// The lines between status line and body, without their ends.
  public var headerLines: [String]
  public var body: [UInt8]

  public init(statusLine: String, headerLines: [String], body: [UInt8]) {
    self.statusLine = statusLine
    self.headerLines = headerLines
    self.body = body
  }

  public var text: String { String(decoding: body, as: UTF8.self) }

  /// The value behind a name that is spelled just so; nil if none is.
  public subscript(name: String) -> String? {
    headerLines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
  }

  public var description: String { ([statusLine] + headerLines + ["", text]).joined(separator: "\n") }
}
