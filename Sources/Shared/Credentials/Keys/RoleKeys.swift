import Crypto

/// The keys of one role of a cluster, or of the operator, from a file of mode 0600.
///
///     {"keys": {"registry": "<32 bytes, base64>", "ring-bus": "..."}, "previous": {"registry": "..."}, "next": {...}}
///
/// `previous` holds what was replaced by the last rotation, and `next` what the next one will bring: both are accepted,
/// and nothing is made with them. So nodes believe each other while they take a rotation one after the other. Reads
/// files: never on an event loop.
public struct RoleKeys: Sendable {
  /// A key with those that are accepted besides: the one before it, and the one after it.
  public struct Key: Sendable {
    public let current: SymmetricKey
    public let accepted: [SymmetricKey]

    /// One that nobody else has, so that what it would open stays shut.
    public static var nobodys: Key { Key(current: SymmetricKey(size: .bits256), accepted: []) }
  }

  public let holder: KeyHolder
  private let path: String
  private let keys: [KeyName: Key]

  /// Reads the file and finds every key that is needed, or throws what is wrong with its cure.
  ///
  /// - Parameter needed: ``KeyHolder/needs`` if nil.
  public init(path: String, for holder: KeyHolder, needing needed: [KeyName]? = nil) throws(KeyFileError) {
    guard let bytes = try SecretFile(path: path).read() else { throw .noSuchFile(path: path) }
    let form = try KeyForm(json: bytes, path: path)
    self.holder = holder
    self.path = path
    var keys: [KeyName: Key] = [:]
    for name in KeyName.allCases {
      guard let current = KeyForm.key(form.keys[name.rawValue]) else { continue }
      let others = [form.previous, form.next].compactMap { KeyForm.key($0?[name.rawValue]) }
      keys[name] = Key(current: current, accepted: others)
    }
    self.keys = keys
    for name in needed ?? holder.needs { _ = try key(name) }
  }

  /// One of the holder's keys.
  public func key(_ name: KeyName) throws(KeyFileError) -> Key {
    guard let key = keys[name] else { throw .missingRoleKey(path: path, name: name, holder: holder) }
    return key
  }

  /// The key, if it is in the file, whether the holder needs it or not.
  public subscript(name: KeyName) -> Key? { keys[name] }
}
