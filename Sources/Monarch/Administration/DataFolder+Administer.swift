import Credentials
import Foundation
import SQLiteStore

extension DataFolder {
  /// How long a server that is starting or stopping is waited for.
  private static let patience = Duration.seconds(5)

  /// Runs an operator's command on this folder: on the store itself when no process has the folder, through the server
  /// otherwise.
  ///
  /// - Parameter creating: whether a folder without service is made into one; a mistyped folder is told otherwise.
  func administer<Value>(
    creating: Bool = false, _ work: (any Administration) async throws -> Value
  ) async throws -> Value {
    guard creating || FileManager.default.fileExists(atPath: database) else {
      throw AdministrationFailure(
        "there is no service in the folder \(path): give its folder with --data, or begin one with 'monarch user add'")
    }
    try prepare()
    let deadline = ContinuousClock.now + DataFolder.patience
    while true {
      if let lock = try acquireLock() {
        defer { lock.release() }
        return try await administerStore(work)
      }
      if let server = try SocketAdministration(path: socket) { return try await work(server) }
      guard ContinuousClock.now < deadline else {
        throw AdministrationFailure(
          "another process works on the folder \(path), and no server answers at \(socket): wait until it is done,"
            + " if it is a 'monarch user' command; else end it")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private func administerStore<Value>(_ work: (any Administration) async throws -> Value) async throws -> Value {
    let seal = PasswordSeal(key: try KeyFile.openOrCreate(path: keys).oldClientPasswords)
    let store = try SQLiteStore(path: database)
    let value = try await work(LocalAdministration(store: store, seal: seal))
    try store.close()
    return value
  }
}
