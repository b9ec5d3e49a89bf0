/// `MSN6.INI`, which tells MSN Explorer 6 and 7 where to sign in.
struct ExplorerFile: Hashable, Sendable {
  static let name = "MSN6.INI"

  /// Where plain HTTP is.
  let place: PublicURL

  var lines: [String] { ["[MSN6]", "PassportClientXML=\(place)/nexus.passport.com/client/client.xml"] }

  var bytes: [UInt8] { Array(lines.map { $0 + "\r\n" }.joined().utf8) }
}
