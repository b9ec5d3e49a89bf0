import Foundation
import MSNP
import PostgreSQLStore
import Roster
import SQLiteStore
import Store
import Testing

/// The stores that have to pass the suite.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite
  case postgresql

  /// Those that can be had here: see `PostgreSQLCases`.
  static let allCases: [StoreKind] = TestDatabase.url == nil ? [.sqlite] : [.sqlite, .postgresql]

  /// Opens the store whose data is in `folder`, empty or as it was left.
  func open(in folder: URL) throws -> any StoreUnderTest {
    switch self {
    case .sqlite: try SQLiteStore(path: folder.appending(path: "store.sqlite").path)
    case .postgresql: try PostgreSQLStore(url: TestDatabase.url(for: folder), connections: 3)
    }
  }

  var testDescription: String { rawValue }
}

/// A store with what tests need to bring it into a state.
protocol StoreUnderTest: PagesStore {
  @discardableResult
  func setListVersion(of handle: UserHandle, to version: ListVersion) async throws -> AccountID?
}

extension SQLiteStore: StoreUnderTest {}
extension PostgreSQLStore: StoreUnderTest {}

/// A folder that goes with its last owner.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "monarch-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    TestDatabase.drop(url)
    try? FileManager.default.removeItem(at: url)
  }
}
