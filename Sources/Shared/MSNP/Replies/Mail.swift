import NIOCore

/// The first word of mail after signing in: that there is none to be counted, and where it is read.
///
///     <<< MSG Hotmail Hotmail 221
///         MIME-Version: 1.0
///         Content-Type: text/x-msmsgsinitialemailnotification; charset=UTF-8
///
///         Inbox-Unread: 0
///         Folders-Unread: 0
///         Inbox-URL: /inbox
///         Folders-URL: /folders
///         Post-URL: http://mail.example.org
///
/// From MSNP11 the counts are XML in one header. Only for services with mail (login reference, section 8.3).
public struct InitialMail: Sendable {
  /// The page that reads mail, such as `http://mail.example.org`.
  public var page: String

  public init(page: String) { self.page = page }

  func payload(_ dialect: Dialect) -> ByteBuffer {
    if dialect.has(.mailCountsInXML) {
      return InitialMail.payload(
        "text/x-msmsgsinitialmdatanotification; charset=UTF-8",
        [
          "Mail-Data: <MD><E><I>0</I><IU>0</IU><O>0</O><OU>0</OU></E><Q><QTM>409600</QTM><QNM>204800</QNM></Q></MD>",
          "Inbox-URL: /inbox", "Folders-URL: /folders", "Post-URL: \(page)",
        ])
    }
    return InitialMail.payload(
      "text/x-msmsgsinitialemailnotification; charset=UTF-8",
      [
        "Inbox-Unread: 0", "Folders-Unread: 0", "Inbox-URL: /inbox", "Folders-URL: /folders", "Post-URL: \(page)",
      ])
  }

  private static func payload(_ type: String, _ body: [String]) -> ByteBuffer {
    let lines = ["MIME-Version: 1.0", "Content-Type: \(type)", ""] + body + ["", ""]
    return ByteBuffer(string: lines.joined(separator: "\r\n"))
  }
}

extension LineWriter {
  /// Sends the first word of mail, see ``InitialMail``; MSNP2 knows none.
  public mutating func initialMail(_ mail: InitialMail) {
    guard dialect.has(.mailCounts) else { return }
    serviceMessage(payload: mail.payload(dialect))
  }
}
