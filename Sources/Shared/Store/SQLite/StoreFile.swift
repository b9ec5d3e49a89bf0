import Store

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The database file before SQLite opens it.
enum StoreFile {
  private static let mode: mode_t = 0o600

  /// Makes the file readable by its owner only; SQLite gives the log beside it the same mode.
  ///
  /// A file that exists is not opened here: closing any descriptor of it would drop the locks that another connection
  /// of this process holds on it.
  static func prepare(_ path: String) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    if descriptor >= 0 {
      close(descriptor)
    } else if errno != EEXIST {
      throw StoreFailure("cannot create \(path): \(String(cString: strerror(errno)))")
    }
    guard chmod(path, mode) == 0 else {
      throw StoreFailure("cannot make \(path) private: \(String(cString: strerror(errno)))")
    }
  }
}
