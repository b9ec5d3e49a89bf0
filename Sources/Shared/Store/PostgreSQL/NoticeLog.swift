import MSNP
import PostgreSQL
import Roster
import Store

// What accounts were to be told lately: written in the transaction that raised their list versions, read by servers to
// which the word of it never came.
extension PostgreSQLStore {
  /// Seconds for which notices are kept.
  static let noticeLifetime = 900

  public func notices(
    of account: AccountID, after version: ListVersion, then: @escaping StoreAnswer<[Notice], StoreFailure>
  ) {
    let query = Query(.notices, [.account(account), .integer(version.rawValue)])
    read(query, { rows in try rows.map { try Notice(of: account, $0) } }, then: then)
  }

  /// Deletes what is older than anybody will ask for.
  public func forgetOldNotices() {
    connections.request([Query(.forgetNotices, [.integer(PostgreSQLStore.noticeLifetime)])]) { _ in }
  }
}

extension Notice {
  fileprivate init(of account: AccountID, _ row: Row) throws {
    let text = try row.text(1)
    var words = WordReader(text)
    guard let news = News(&words) else { throw StoreFailure("'\(text)' in the store is no notice") }
    self.init(account: account, version: try row.version(0), news: news)
  }
}

extension Query {
  static func notices(_ notices: [Notice]) -> Query {
    let texts = notices.map { notice in
      var words = WordWriter()
      notice.news.write(to: &words)
      return words.text
    }
    return Query(
      .addNotices,
      [
        .accounts(notices.map(\.account)), .integers(notices.map(\.version.rawValue)), .integers(notices.indices),
        .texts(texts),
      ])
  }
}

extension Statement {
  static let addNotices = Statement(
    "add notices",
    """
    INSERT INTO notice (account, version, number, news)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::text[])
    """)

  static let notices = Statement(
    "notices",
    "SELECT version, news FROM notice WHERE account = $1::bigint AND version > $2::bigint ORDER BY version, number")

  static let forgetNotices = Statement(
    "forget notices", "DELETE FROM notice WHERE made < now() - make_interval(secs => $1::integer)")
}
