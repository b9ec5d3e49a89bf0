internal import CLibPQ
import Store

/// Where the database is, and how to sign in there: a `postgresql://` URL as libpq reads it.
///
/// Several hosts may be named (`postgresql://monarch@a,b/monarch`): the one that takes writes is used. The URL holds a
/// password, so it has no description, and whatever libpq says is masked before anybody sees it.
package struct DatabaseURL: Sendable {
  /// libpq's keywords with their values, those of the URL after the service's own.
  package let settings: [(keyword: String, value: String)]
  private let secrets: [String]

  /// Seconds that one host gets to accept a connection.
  private static let connectTimeout = "3"

  /// What the URL may override. The keepalive figures are those of client connections.
  private static let defaults: [(String, String)] = [
    ("application_name", "monarch"), ("connect_timeout", connectTimeout), ("target_session_attrs", "read-write"),
    ("keepalives_idle", "60"), ("keepalives_interval", "15"), ("keepalives_count", "4"), ("tcp_user_timeout", "10000"),
  ]

  package init(_ url: String) throws(StoreFailure) {
    // libpq's own words would show parts of the URL, and a URL that cannot be read may hold the password anywhere.
    guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://"),
      let options = PQconninfoParse(url, nil)
    else {
      throw StoreFailure(
        "the database URL cannot be read; it has to look like postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with "
          + "characters like @ : / in the password written as %40 %3A %2F")
    }
    defer { PQconninfoFree(options) }
    var given: [(String, String)] = []
    var secrets: [String] = []
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        given.append((String(cString: keyword), String(cString: value)))
        if DatabaseURL.isSecret(String(cString: keyword)) { secrets.append(String(cString: value)) }
      }
      option += 1
    }
    settings = DatabaseURL.defaults + given + [("client_encoding", "UTF8")]
    self.secrets = secrets.filter { !$0.isEmpty }
  }

  private static func isSecret(_ keyword: String) -> Bool { keyword == "password" || keyword == "sslpassword" }

  /// The text in one line and without secrets.
  package func masked(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    return secrets.reduce(line) { $0.replacing($1, with: "***") }
  }
}
