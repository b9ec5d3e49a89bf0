import Crypto

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

/// Why a key file cannot be used. The description names the cure.
public enum KeyFileError: Error, Hashable, Sendable {
  /// Users other than the owner may read it; `mode` holds its permission bits.
  case readableByOthers(path: String, mode: UInt32)
  /// The system refused, for this reason.
  case inaccessible(path: String, reason: String)
  /// Not a file of keys.
  case malformed(path: String)
  /// A key is absent, or not 32 bytes in base64.
  case missingKey(path: String, name: String)
}

extension KeyFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .readableByOthers(let path, let mode):
      "other users of this machine may read the keys in \(path) (mode \(String(mode, radix: 8))): chmod 600 \(path)"
    case .inaccessible(let path, let reason):
      "the key file \(path) cannot be used: \(reason)"
    case .malformed(let path):
      "\(path) is not a key file: put back the copy that was made with the accounts, because old-client passwords"
        + " sealed with a lost key must be set again"
    case .missingKey(let path, let name):
      "the key '\(name)' in \(path) is absent or not 32 bytes in base64: put back the copy that was made with the"
        + " accounts"
    }
  }
}

/// The secret keys of one service, in a file of mode 0600 outside the database.
///
///     {"keys": {"old-client-passwords": "<32 bytes, base64>", "switchboard-tickets": "<32 bytes, base64>"}}
///
/// Reads and writes files: never on an event loop.
public struct KeyFile: Sendable {
  /// The key names in the file.
  public enum Name: String, CaseIterable, Sendable {
    case oldClientPasswords = "old-client-passwords"
    case switchboardTickets = "switchboard-tickets"
  }

  /// Seals the passwords of MD5 sign-in, for ``PasswordSeal``.
  public let oldClientPasswords: SymmetricKey
  /// Signs switchboard tickets, for ``TicketMint``.
  public let switchboardTickets: SymmetricKey

  /// Reads the key file, or makes one with fresh random keys when there is none. Two processes that start at once get
  /// the same keys.
  public static func openOrCreate(path: String) throws(KeyFileError) -> KeyFile {
    if let bytes = try read(path) { return try KeyFile(json: bytes, path: path) }
    try create(path)
    guard let bytes = try read(path) else { throw .inaccessible(path: path, reason: "it vanished") }
    return try KeyFile(json: bytes, path: path)
  }

  private struct Form: Codable {
    var keys: [String: String]
  }

  private init(json: [UInt8], path: String) throws(KeyFileError) {
    guard let form = try? JSONDecoder().decode(Form.self, from: Data(json)) else { throw .malformed(path: path) }
    func key(_ name: Name) throws(KeyFileError) -> SymmetricKey {
      guard let bytes = form.keys[name.rawValue].flatMap({ Data(base64Encoded: $0) }), bytes.count == 32 else {
        throw .missingKey(path: path, name: name.rawValue)
      }
      return SymmetricKey(data: bytes)
    }
    oldClientPasswords = try key(.oldClientPasswords)
    switchboardTickets = try key(.switchboardTickets)
  }

  private static func freshJSON() -> [UInt8] {
    let lines = Name.allCases.map { "    \"\($0.rawValue)\": \"\(Data(randomBytes(32)).base64EncodedString())\"" }
    return Array("{\n  \"keys\": {\n\(lines.joined(separator: ",\n"))\n  }\n}\n".utf8)
  }
}

extension KeyFile {
  /// More than any file of keys holds: whatever is larger is something else.
  private static let maximumLength = 1 << 16

  /// The file's bytes; nil when there is no such file.
  private static func read(_ path: String) throws(KeyFileError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw systemError(path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemError(path) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= maximumLength else { throw .malformed(path: path) }
    guard status.st_mode & 0o077 == 0 else {
      throw .readableByOthers(path: path, mode: UInt32(status.st_mode) & 0o777)
    }
    var bytes = [UInt8](repeating: 0, count: maximumLength)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count >= 0 else { throw systemError(path) }
    return Array(bytes.prefix(count))
  }

  /// Writes fresh keys beside the path and links them to it, so that nobody ever reads half a file and a file that
  /// another process made meanwhile is left as it is.
  private static func create(_ path: String) throws(KeyFileError) {
    let draft = "\(path).\(hexadecimal(randomBytes(8)))"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw systemError(draft) }
    defer {
      close(descriptor)
      unlink(draft)
    }
    let json = freshJSON()
    guard json.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == json.count,
      fsync(descriptor) == 0
    else { throw systemError(draft) }
    guard link(draft, path) == 0 || errno == EEXIST else { throw systemError(path) }
    syncFolder(of: path)
  }

  /// Makes the new name itself survive a power cut.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func systemError(_ path: String) -> KeyFileError {
    .inaccessible(path: path, reason: strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
  }
}
