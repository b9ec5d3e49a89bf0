#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A small file that only its owner may read, or one beside it that everybody may. Never on an event loop.
package struct SecretFile {
  /// More than any file of keys holds: whatever is larger is something else.
  private static let maximumLength = 1 << 16

  private let path: String
  private let isPublic: Bool

  /// - Parameter isPublic: whether everybody may read the file, as a certificate.
  package init(path: String, isPublic: Bool = false) {
    self.path = path
    self.isPublic = isPublic
  }

  /// The file's bytes; nil when there is no such file. Throws ``KeyFileError/readableByOthers(path:mode:)`` when it is
  /// no secret.
  package func read() throws(KeyFileError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw systemError(path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemError(path) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= SecretFile.maximumLength else {
      throw .malformed(path: path)
    }
    let mode = UInt32(status.st_mode) & 0o777
    let credentials = getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
    guard isPublic || SecretFile.isPrivate(path, mode: mode, credentials: credentials) else {
      throw .readableByOthers(path: path, mode: mode)
    }
    var bytes = [UInt8](repeating: 0, count: SecretFile.maximumLength)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count >= 0 else { throw systemError(path) }
    return Array(bytes.prefix(count))
  }

  /// Whether only the owner may read it. What systemd hands a service as credentials may be: it lies in a folder that
  /// nobody else can enter, and an access list that names the service shows as rights of the group.
  static func isPrivate(_ path: String, mode: UInt32, credentials: String?) -> Bool {
    if mode & 0o077 == 0 { return true }
    guard let credentials, !credentials.isEmpty, !path.contains("/../") else { return false }
    return path.hasPrefix(credentials + "/") && mode & 0o037 == 0
  }

  /// Makes the file, unless there is one: then it is left as it is, and the answer is false. Nobody ever reads half of
  /// it.
  package func create(_ bytes: [UInt8]) throws(KeyFileError) -> Bool {
    let draft = try draft(bytes)
    defer { unlink(draft) }
    let isNew = link(draft, path) == 0
    guard isNew || errno == EEXIST else { throw systemError(path) }
    syncFolder()
    return isNew
  }

  /// Puts a file in the place of the one there is, at one stroke, with the same owner as far as the system allows it.
  package func replace(_ bytes: [UInt8]) throws(KeyFileError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw systemError(path) }
    let draft = try draft(bytes)
    // Only root may give files away, and only for root may the owner differ.
    if geteuid() == 0 { _ = chown(draft, status.st_uid, status.st_gid) }
    guard rename(draft, path) == 0 else {
      let error = systemError(path)
      unlink(draft)
      throw error
    }
    syncFolder()
  }

  /// Writes the bytes to the disk, under a name of their own beside the path.
  private func draft(_ bytes: [UInt8]) throws(KeyFileError) -> String {
    let draft = "\(path).\(hexadecimal(randomBytes(8)))"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPublic ? 0o644 : 0o600)
    guard descriptor >= 0 else { throw systemError(draft) }
    defer { close(descriptor) }
    guard bytes.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == bytes.count,
      fsync(descriptor) == 0
    else {
      let error = systemError(draft)
      unlink(draft)
      throw error
    }
    return draft
  }

  /// Makes the new name itself survive a power cut.
  private func syncFolder() {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private func systemError(_ path: String) -> KeyFileError {
    .inaccessible(path: path, reason: strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
  }
}
