import Foundation

/// The folder in which a service that is one process keeps everything: database, keys, log, and the socket and lock by
/// which other commands find it running.
struct DataFolder: Sendable {
  static let defaultPath = "monarch-data"

  let path: String
  init(path: String) { self.path = path }

  var database: String { path + "/monarch.sqlite" }
  var keys: String { path + "/keys.json" }
  var certificates: String { path + "/certificates" }
  var log: String { path + "/monarch.log" }
  var socket: String { path + "/monarch.sock" }
  var lock: String { path + "/monarch.lock" }

  /// Makes the folder if need be, for its owner's eyes only.
  func prepare() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw DataFolderFailure("cannot make the folder \(path): \(error.localizedDescription)")
    }
  }

  /// Takes the folder for this process until the lock is released; nil when another process has it.
  func acquireLock() throws -> Lock? {
    let descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw DataFolderFailure("cannot open \(lock): \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    return Lock(descriptor: descriptor)
  }

  /// The kernel gives the lock back when the process ends, however it ends.
  struct Lock: Sendable {
    fileprivate let descriptor: Int32
    func release() { close(descriptor) }
  }
}

/// What is wrong with the data folder, and what to do.
struct DataFolderFailure: Error, CustomStringConvertible {
  let description: String
  init(_ cause: String) { description = cause + ". Give a folder you may write with --data." }
}
