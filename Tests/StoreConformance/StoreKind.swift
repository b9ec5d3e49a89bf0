import Foundation
import MSNP
import Roster
import SQLiteStore
import Store
import Testing

/// The stores that have to pass the suite.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite

  /// Opens the store whose data is in `folder`, empty or as it was left.
  func open(in folder: URL) throws -> any StoreUnderTest {
    switch self {
    case .sqlite: try SQLiteStore(path: folder.appending(path: "store.sqlite").path)
    }
  }

  var testDescription: String { rawValue }
}

/// A store with what tests need to bring it into a state.
protocol StoreUnderTest: AccountStore, CredentialStore, RosterStore {
  @discardableResult
  func setListVersion(of handle: UserHandle, to version: ListVersion) async throws -> AccountID?
}

extension SQLiteStore: StoreUnderTest {}

/// A folder that goes with its last owner.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "monarch-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
