import NIOCore

/// Content types that clients believe only from the server: a user who sends one could forge somebody's profile,
/// new mail or a maintenance notice. A switchboard refuses them (promise S10).
public enum ServerOnlyContent {
  private static let types = [
    "text/x-msmsgsprofile", "text/x-msmsgsinitialemailnotification", "text/x-msmsgsemailnotification",
    "text/x-msmsgsactivemailnotification", "text/x-msmsgsinitialmdatanotification", "text/x-msmsgsoimnotification",
    "application/x-msmsgsemailnotification", "application/x-msmsgssystemmessage",
  ]

  /// Whether any `Content-Type` header of the payload, folded and repeated ones too, names such a type.
  public static func isClaimed(by payload: ByteBuffer) -> Bool {
    let head = headerText(of: payload)
    guard head.contains("content-type") else { return false }
    return head.replacing("\n ", with: " ").replacing("\n\t", with: " ").split(separator: "\n").contains { header in
      guard let colon = header.firstIndex(of: ":"), header[..<colon].trimmingBlanks() == "content-type" else {
        return false
      }
      let value = header[header.index(after: colon)...].trimmingBlanks()
      return types.contains { value.hasPrefix($0) }
    }
  }

  /// The header block in lower case with single line feeds; headers are ASCII whatever the body is.
  private static func headerText(of payload: ByteBuffer) -> String {
    var text: [UInt8] = []
    for byte in payload.readableBytesView where byte != 0x0d {
      if byte == 0x0a, text.last == 0x0a { break }
      text.append(byte)
    }
    return String(decoding: text, as: UTF8.self).lowercased()
  }
}

extension Substring {
  fileprivate func trimmingBlanks() -> Substring {
    var rest = self
    while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    return rest
  }
}
