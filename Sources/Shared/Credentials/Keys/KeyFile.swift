import Crypto

/// The secret keys of a service that is one process, in a file of mode 0600 outside the database.
///
///     {"keys": {"old-client-passwords": "<32 bytes, base64>", "switchboard-tickets": "...", "web-tickets": "...", ...}}
///
/// Reads and writes files: never on an event loop.
public struct KeyFile: Sendable {
  /// The key names in the file.
  public enum Name: String, CaseIterable, Sendable {
    case oldClientPasswords = "old-client-passwords"
    case switchboardTickets = "switchboard-tickets"
    case webTickets = "web-tickets"
    case gateway
  }

  /// Seals the passwords of MD5 sign-in, for ``PasswordSeal``.
  public let oldClientPasswords: SymmetricKey
  /// Signs switchboard tickets, for ``TicketMint``.
  public let switchboardTickets: SymmetricKey
  /// Signs web tickets, for ``WebTicketMint``.
  public let webTickets: SymmetricKey
  /// Seals what the web role tells the others of the client it speaks for.
  public let gateway: SymmetricKey

  /// Reads the key file, or makes one with fresh random keys when there is none. Two processes that start at once get
  /// the same keys.
  public static func openOrCreate(path: String) throws(KeyFileError) -> KeyFile {
    let file = SecretFile(path: path)
    if let bytes = try file.read() { return try KeyFile(json: try completed(bytes, file, path: path), path: path) }
    let fresh = KeyForm(
      keys: Dictionary(uniqueKeysWithValues: Name.allCases.map { ($0.rawValue, KeyForm.freshKey()) }))
    _ = try file.create(fresh.json)
    guard let bytes = try file.read() else { throw .inaccessible(path: path, reason: "it vanished") }
    return try KeyFile(json: bytes, path: path)
  }

  /// Adds the keys that a file of an earlier release does not have. The one that seals passwords is never made anew: a
  /// file without it is a broken one.
  private static func completed(_ json: [UInt8], _ file: SecretFile, path: String) throws(KeyFileError) -> [UInt8] {
    var form = try KeyForm(json: json, path: path)
    let missing = [Name.webTickets, .gateway].filter { form.keys[$0.rawValue] == nil }
    guard !missing.isEmpty, KeyForm.key(form.keys[Name.oldClientPasswords.rawValue]) != nil else { return json }
    for name in missing { form.keys[name.rawValue] = KeyForm.freshKey() }
    try file.replace(form.json)
    return form.json
  }

  private init(json: [UInt8], path: String) throws(KeyFileError) {
    let form = try KeyForm(json: json, path: path)
    func key(_ name: Name) throws(KeyFileError) -> SymmetricKey {
      guard let key = KeyForm.key(form.keys[name.rawValue]) else {
        throw .missingKey(path: path, name: name.rawValue)
      }
      return key
    }
    oldClientPasswords = try key(.oldClientPasswords)
    switchboardTickets = try key(.switchboardTickets)
    webTickets = try key(.webTickets)
    gateway = try key(.gateway)
  }
}
