import Store
import Testing

@testable import PostgreSQL
@testable import PostgreSQLStore

@Suite("PostgreSQL address")
struct PostgreSQLAddressTests {
  /// What `work` throws, as a log would show it.
  private func failure(_ work: () throws -> Void) throws -> String {
    do { try work() } catch { return try #require(error as? StoreFailure).description }
    Issue.record("nothing was thrown")
    return ""
  }

  @Test(
    "A URL that cannot be read is refused without showing any of it",
    arguments: [
      "hunter2", "host=/tmp password=hunter2", "postgresql://monarch:hunter2@[::1/monarch",
      "postgresql://monarch:hun%ter2@/monarch", "postgresql://monarch@/monarch?hunter2=1",
    ])
  func unreadable(url: String) throws {
    let text = try failure { _ = try PostgreSQLStore(url: url) }
    #expect(
      text
        == "the database URL cannot be read; it has to look like postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with "
        + "characters like @ : / in the password written as %40 %3A %2F")
  }

  @Test("Whoever reads why there is no connection does not read the password")
  func masked() throws {
    let url = "postgresql://monarch:hunter2@/monarch?host=/nonexistent/hunter2"
    let text = try failure { _ = try PostgreSQLStore(url: url) }
    #expect(
      text
        == """
        no connection to the database: connection to server on socket "/nonexistent/***/.s.PGSQL.5432" failed: \
        No such file or directory; \tIs the server running locally and accepting connections on that socket?
        """)
    #expect(try DatabaseURL(url).masked("a hunter2\nb\n") == "a ***; b")
  }

  @Test("A wrong password is named as such", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
  func wrongPassword() throws {
    let url = try #require(TestDatabase.url)
    let password = try #require(url.split(separator: ":").last?.split(separator: "@").first)
    let text = try failure { _ = try PostgreSQLStore(url: url.replacing(password, with: "hunter2")) }
    #expect(text.hasSuffix("failed: FATAL:  password authentication failed for user \"monarch\""))
    #expect(!text.contains("hunter2"))
  }

  @Test("Of several hosts the one that answers is used", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
  func hosts() throws {
    let url = try #require(TestDatabase.url)
    let session = try DatabaseSession(DatabaseURL(url.replacing("host=", with: "host=/nonexistent,")))
    #expect(try session.run("SELECT 1").first?.text(0) == "1")
  }
}
