import NIOCore

/// What a client says of itself in `CVR` or `CVQ`.
///
///     >>> CVR 9 0x0409 win 4.10 i386 MSMSGS 1.0.0863                     MSNP2-3
///     >>> CVR 9 0x0409 win 4.10 i386 MSMSGS 3.0.0283 MSMSGS              MSNP4-7
///     >>> CVQ 1 0x0409 win 4.10 i386 MSMSGS 3.0.0283                     code base left empty in MSNP4-7
public struct ClientVersion: Sendable {
  /// The locale as a hexadecimal LCID, such as `0x0409`.
  public let locale: String
  public let system: String
  /// The name of the client library, such as `MSMSGS`.
  public let client: String
  /// Such as `6.0.0602`.
  public let version: String

  /// Throws `versionNotExpected` (731) for a `CVQ` with too few arguments, and `badVersionParameters` (710) when an argument up to the version is missing or unreadable; nothing else is
  /// ever a reason to refuse, because unknown clients send anything.
  public init(_ line: Line) throws(ErrorCode) {
    if line.verb == .CVQ, line.count < 7 { throw .versionNotExpected }
    guard let locale = line.text(1), let system = line.text(2), let client = line.text(5), let version = line.text(6)
    else { throw .badVersionParameters }
    guard locale.hasPrefix("0x"), version.utf8.count <= 32, version.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw .badVersionParameters
    }
    self.locale = locale
    self.system = system
    self.client = client
    self.version = version
  }
}

extension LineWriter {
  /// Answers `CVR` or `CVQ` with the client's own version three times, so that none ever asks to be upgraded.
  ///
  ///     <<< CVR 9 1.0.0863 1.0.0863 1.0.0863 http://example.com/ http://example.com/
  public mutating func version(_ verb: Verb, _ transaction: TransactionID, _ client: ClientVersion, site: String) {
    line(verb, transaction, client.version, client.version, client.version, site, site)
  }
}
