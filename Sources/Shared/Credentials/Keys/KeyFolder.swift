/// The folder in which an operator keeps the keys of a cluster: a file for each role, from which its machines get their
/// copies, and one for the operator's commands. Never on an event loop.
public struct KeyFolder: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  public func path(of holder: KeyHolder) -> String { "\(path)/\(holder.fileName)" }

  /// Writes fresh keys into a folder that is there. Throws ``KeyFileError/alreadyThere(path:)`` if one of the files is.
  public func makeKeys() throws(KeyFileError) {
    for holder in KeyHolder.allCases where try file(holder).read() != nil {
      throw .alreadyThere(path: path(of: holder))
    }
    let keys = Dictionary(uniqueKeysWithValues: KeyName.allCases.map { ($0.rawValue, KeyForm.freshKey()) })
    for holder in KeyHolder.allCases {
      let form = KeyForm(keys: KeyFolder.share(of: holder, in: keys))
      guard try file(holder).create(form.json) else { throw .alreadyThere(path: path(of: holder)) }
    }
  }

  /// What ``rotate()`` did.
  public enum Rotation: Hashable, Sendable {
    case fresh
    /// An earlier rotation had been stopped in the middle; all files hold its keys now, and no newer ones were made.
    case completed
  }

  /// Gives every file fresh keys, but for the one that seals passwords in the database; the keys until now stay
  /// accepted. Each file is replaced at one stroke, and a rotation that was stopped in between is completed instead.
  public func rotate() throws(KeyFileError) -> Rotation {
    var forms: [KeyHolder: KeyForm] = [:]
    for holder in KeyHolder.allCases { forms[holder] = try form(of: holder) }
    var keys: [String: String] = [:]
    var previous: [String: String] = [:]
    var isHalfDone = false
    for name in KeyName.allCases {
      let standing = try standing(of: name, in: forms)
      keys[name.rawValue] = standing.current
      previous[name.rawValue] = standing.previous
      isHalfDone = isHalfDone || standing.differs
    }
    if !isHalfDone {
      for name in KeyName.allCases where name.isRotated {
        previous[name.rawValue] = keys[name.rawValue]
        keys[name.rawValue] = KeyForm.freshKey()
      }
    }
    for holder in KeyFolder.replacing {
      let form = KeyForm(
        keys: KeyFolder.share(of: holder, in: keys), previous: KeyFolder.share(of: holder, in: previous))
      try file(holder).replace(form.json)
    }
    return isHalfDone ? .completed : .fresh
  }

  /// The file that has every key comes first: whoever finds it alone replaced can complete the others.
  private static let replacing: [KeyHolder] = [.notification, .operator, .switchboard, .dispatch]

  private func file(_ holder: KeyHolder) -> SecretFile { SecretFile(path: path(of: holder)) }

  private func form(of holder: KeyHolder) throws(KeyFileError) -> KeyForm {
    guard let bytes = try file(holder).read() else { throw .noSuchFile(path: path(of: holder)) }
    return try KeyForm(json: bytes, path: path(of: holder))
  }

  /// The newest key of the name in the folder; `differs` when some files still hold the one before.
  private func standing(
    of name: KeyName, in forms: [KeyHolder: KeyForm]
  ) throws(KeyFileError) -> (current: String?, previous: String?, differs: Bool) {
    let holders = KeyHolder.allCases.filter { $0.names.contains(name) }
    let entries = holders.compactMap { holder -> (current: String, previous: String?)? in
      let former = forms[holder]?.previous?[name.rawValue]
      guard let current = forms[holder]?.keys[name.rawValue], KeyForm.key(current) != nil else { return nil }
      return (current, KeyForm.key(former) == nil ? nil : former)
    }
    guard name.isRotated || entries.count == holders.count else {
      throw .missingRoleKey(path: path, name: name, holder: .operator)
    }
    let values = Set(entries.map(\.current))
    guard values.count > 1 else { return (entries.first?.current, entries.first?.previous, false) }
    let newest = entries.first { values == Set([$0.current, $0.previous].compactMap(\.self)) }
    guard let newest, name.isRotated else { throw .strangers(folder: path, name: name) }
    return (newest.current, newest.previous, true)
  }

  private static func share(of holder: KeyHolder, in keys: [String: String]) -> [String: String] {
    keys.filter { entry in holder.names.contains { $0.rawValue == entry.key } }
  }
}
