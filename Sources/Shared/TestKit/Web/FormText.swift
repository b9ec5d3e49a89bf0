/// Fields of a form as browsers send them.
enum FormText {
  /// `name=value&...`, with `+` for a blank and line ends as CR LF.
  static func encoded(_ pairs: [(String, String)]) -> String {
    pairs.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
  }

  private static func encoded(_ text: String) -> String {
    text.replacing("\r\n", with: "\n").utf8.map { byte in
      switch byte {
      case UInt8(ascii: " "): return "+"
      case UInt8(ascii: "\n"): return "%0D%0A"
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "*"):
        return String(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }.joined()
  }
}

/// A form with files, as browsers send it.
struct MultipartText {
  let bytes: [UInt8]
  let contentType: String

  init(_ pairs: [(String, String)], files: [(String, WebVisitor.File)]) {
    let boundary = "---------------------------7d42a1c0b3e"
    contentType = "multipart/form-data; boundary=\(boundary)"
    var bytes: [UInt8] = []
    for (name, value) in pairs {
      bytes += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8
    }
    for (name, file) in files {
      bytes += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"\(file.name)\"\r\n".utf8
      bytes += "Content-Type: \(file.type)\r\n\r\n".utf8
      bytes += file.bytes + "\r\n".utf8
    }
    self.bytes = bytes + Array("--\(boundary)--\r\n".utf8)
  }
}
