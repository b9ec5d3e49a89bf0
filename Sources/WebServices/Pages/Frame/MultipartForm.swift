/// A form with files in it, as browsers send them. Pure.
///
///     >>> Content-Type: multipart/form-data; boundary=----7d1
///     >>>
///     >>> ------7d1
///     >>> Content-Disposition: form-data; name="picture"; filename="me.png"
///     >>> Content-Type: image/png
///     >>>
///     >>> ...
///     >>> ------7d1--
///
/// What a browser says of a file's name and type is not read: its bytes tell.
struct MultipartForm: Sendable {
  private(set) var fields: [(name: String, value: String)] = []
  private(set) var files: [String: [UInt8]] = [:]

  private static let mostParts = 32
  private static let lineEnd = Array("\r\n".utf8)

  /// Nil for what is no such form, or has no end.
  init?(_ body: [UInt8], contentType: String) {
    guard let boundary = MultipartForm.boundary(contentType) else { return nil }
    let delimiter = Array("\r\n--\(boundary)".utf8)
    // The first delimiter has no line before it.
    var rest = (MultipartForm.lineEnd + body)[...]
    guard let first = rest.firstRange(of: delimiter) else { return nil }
    rest = rest[first.upperBound...]
    for _ in 0..<MultipartForm.mostParts {
      if rest.starts(with: Array("--".utf8)) { return }
      // A delimiter right behind another would leave a part without even a header.
      let start = rest.startIndex + MultipartForm.lineEnd.count
      guard rest.starts(with: MultipartForm.lineEnd), let end = rest.firstRange(of: delimiter), end.lowerBound >= start
      else { return nil }
      add(rest[start..<end.lowerBound])
      rest = rest[end.upperBound...]
    }
    return nil
  }

  /// A part that has no name, or whose text is not UTF-8, is left out.
  private mutating func add(_ part: ArraySlice<UInt8>) {
    let separator = MultipartForm.lineEnd + MultipartForm.lineEnd
    guard let end = part.firstRange(of: separator) else { return }
    let header = String(decoding: part[..<end.lowerBound], as: UTF8.self)
    let value = part[end.upperBound...]
    guard let disposition = MultipartForm.disposition(header), let name = MultipartForm.parameter("name", disposition)
    else { return }
    if MultipartForm.parameter("filename", disposition) != nil {
      if files[name] == nil { files[name] = Array(value) }
    } else if let text = String(validating: value, as: UTF8.self) {
      fields.append((name, text))
    }
  }

  private static func disposition(_ header: String) -> String? {
    header.split(whereSeparator: \.isNewline).map(String.init).first {
      $0.lowercased().hasPrefix("content-disposition:")
    }
  }

  /// The value of `; name="value"`, or of `; name=value`.
  private static func parameter(_ name: String, _ text: String) -> String? {
    for piece in text.split(separator: ";").dropFirst() {
      let halves = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2, halves[0].lowercased().filter({ $0 != " " && $0 != "\t" }) == name else { continue }
      return halves[1].filter { $0 != "\"" }
    }
    return nil
  }

  private static func boundary(_ contentType: String) -> String? {
    guard let text = parameter("boundary", contentType), (1...70).contains(text.utf8.count) else { return nil }
    return text
  }
}
