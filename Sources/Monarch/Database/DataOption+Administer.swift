import ArgumentParser
import Cluster
import Credentials
import Foundation
import PostgreSQLStore

extension DataOption {
  /// Runs an operator's command on the cluster's database if one is given, else on the data folder.
  func administer<Value>(
    creating: Bool = false, _ work: (any Administration) async throws -> Value
  ) async throws -> Value {
    guard let url = database.url else { return try await folder.administer(creating: creating, work) }
    guard let path = keys ?? ProcessInfo.processInfo.environment["MONARCH_KEYS"] else {
      throw ValidationError("Give the file of keys with --keys, or in the environment as MONARCH_KEYS.")
    }
    let keys = try RoleKeys(path: path, for: .operator, needing: [.oldClientPasswords])
    let seal = PasswordSeal(key: try keys.key(.oldClientPasswords).current)
    let store = try PostgreSQLStore(url: url)
    do {
      let value = try await administer(store, seal, try DataOption.announcer(url, keys), work)
      await store.close()
      return value
    } catch {
      await store.close()
      throw error
    }
  }

  private func administer<Value>(
    _ store: PostgreSQLStore, _ seal: PasswordSeal, _ announcer: ClusterAnnouncer?,
    _ work: (any Administration) async throws -> Value
  ) async throws -> Value {
    let changes = announcer?.changes ?? LocalAdministration.Changes()
    let result: Result<Value, any Error>
    do {
      result = .success(try await work(LocalAdministration(store: store, seal: seal, changes: changes)))
    } catch { result = .failure(error) }
    // What was done before a failure has to be told as well.
    if let failure = await announcer?.finish() {
      let warning = "Warning: the running nodes could not be told: \(failure). They find out by themselves in time.\n"
      try? FileHandle.standardError.write(contentsOf: Data(warning.utf8))
    }
    return try result.get()
  }

  /// Nil for a file that holds the seal alone, as `monarch dev` makes it: then running nodes are not told.
  private static func announcer(_ url: String, _ keys: RoleKeys) throws -> ClusterAnnouncer? {
    guard KeyHolder.operator.names.allSatisfy({ keys[$0] != nil }) else { return nil }
    return ClusterAnnouncer(try ClusterWiring.desk(url: url, keys: try ClusterKeys(keys)))
  }
}
