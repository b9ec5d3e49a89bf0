import Foundation

/// A stream socket with a name in the file system, as system calls make it.
enum UnixSocket {
  /// The longest path the system takes, in bytes.
  private static let maximumPathLength = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  /// A socket bound to the path, for its owner only, that does not listen yet: nobody can connect before the mode is
  /// set. Takes the place of a socket that a killed server left behind.
  static func bound(to path: String) throws(AdministrationFailure) -> Int32 {
    let descriptor = try open()
    unlink(path)
    guard try withAddress(path, { bind(descriptor, $0, $1) }) == 0, chmod(path, 0o600) == 0 else {
      let failure = AdministrationFailure("cannot make the socket \(path): \(lastSystemError())")
      close(descriptor)
      throw failure
    }
    return descriptor
  }

  /// A socket connected to whoever listens at the path; nil when nobody does.
  static func connected(to path: String) throws(AdministrationFailure) -> Int32? {
    let descriptor = try open()
    guard try withAddress(path, { connect(descriptor, $0, $1) }) == 0 else {
      let isNobody = errno == ENOENT || errno == ECONNREFUSED
      let failure = AdministrationFailure("cannot reach the server at \(path): \(lastSystemError())")
      close(descriptor)
      guard isNobody else { throw failure }
      return nil
    }
    return descriptor
  }

  private static func open() throws(AdministrationFailure) -> Int32 {
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw AdministrationFailure("no socket: \(lastSystemError())") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  private static func withAddress(
    _ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(AdministrationFailure) -> Int32 {
    guard path.utf8.count <= maximumPathLength else {
      throw AdministrationFailure(
        "the path \(path) is longer than the \(maximumPathLength) bytes a socket may have: choose a folder with a"
          + " shorter path, or give it relative to the current folder")
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }
}

/// The reason of the system call that just failed.
func lastSystemError() -> String { String(cString: strerror(errno)) }
