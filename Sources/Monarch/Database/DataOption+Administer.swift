import ArgumentParser
import Credentials
import Foundation
import PostgreSQLStore

extension DataOption {
  /// Runs an operator's command on the cluster's database if one is given, else on the data folder.
  func administer<Value>(
    creating: Bool = false, _ work: (any Administration) async throws -> Value
  ) async throws -> Value {
    guard let url = database.url else { return try await folder.administer(creating: creating, work) }
    guard let keys = keys ?? ProcessInfo.processInfo.environment["MONARCH_KEYS"] else {
      throw ValidationError("Give the file of keys with --keys, or in the environment as MONARCH_KEYS.")
    }
    let seal = PasswordSeal(key: try KeyFile.openOrCreate(path: keys).oldClientPasswords)
    let store = try PostgreSQLStore(url: url)
    do {
      let value = try await work(LocalAdministration(store: store, seal: seal))
      await store.close()
      return value
    } catch {
      await store.close()
      throw error
    }
  }
}
