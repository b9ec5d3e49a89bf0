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
    let keys = KeyFolder.fresh(KeyName.allCases)
    let next = KeyFolder.fresh(KeyName.allCases.filter(\.isRotated))
    for holder in KeyHolder.allCases {
      let form = KeyForm(keys: KeyFolder.share(of: holder, in: keys), next: KeyFolder.share(of: holder, in: next))
      guard try file(holder).create(form.json) else { throw .alreadyThere(path: path(of: holder)) }
    }
  }

  /// What ``rotate()`` did.
  public enum Rotation: Hashable, Sendable {
    case fresh
    /// An earlier rotation had been stopped in the middle; all files hold its keys now, and no newer ones were made.
    case completed
  }

  /// Puts in each file's keys those that were to be next, but for the one that seals passwords in the database, and makes
  /// fresh ones to be next. Each file is replaced at one stroke, and a rotation that was stopped in between is completed
  /// instead.
  public func rotate() throws(KeyFileError) -> Rotation {
    var forms: [KeyHolder: KeyForm] = [:]
    for holder in KeyHolder.allCases { forms[holder] = try form(of: holder) }
    var standings: [KeyName: Standing] = [:]
    for name in KeyName.allCases { standings[name] = try standing(of: name, in: forms) }
    let isHalfDone = standings.values.contains(where: \.differs)
    if !isHalfDone {
      for name in KeyName.allCases where name.isRotated { standings[name]?.rotate() }
    }
    func all(_ part: KeyPath<Standing, String?>) -> [String: String] {
      Dictionary(
        uniqueKeysWithValues: standings.compactMap { name, standing in
          standing[keyPath: part].map { (name.rawValue, $0) }
        })
    }
    let (keys, previous, next) = (all(\.current), all(\.previous), all(\.next))
    for holder in KeyFolder.replacing {
      let form = KeyForm(
        keys: KeyFolder.share(of: holder, in: keys), previous: KeyFolder.share(of: holder, in: previous),
        next: KeyFolder.share(of: holder, in: next))
      try file(holder).replace(form.json)
    }
    return isHalfDone ? .completed : .fresh
  }

  /// The file that has every key comes first: whoever finds it alone replaced can complete the others.
  private static let replacing: [KeyHolder] = [.notification, .operator, .switchboard, .web, .dispatch]

  private func file(_ holder: KeyHolder) -> SecretFile { SecretFile(path: path(of: holder)) }

  private func form(of holder: KeyHolder) throws(KeyFileError) -> KeyForm {
    guard let bytes = try file(holder).read() else { throw .noSuchFile(path: path(of: holder)) }
    return try KeyForm(json: bytes, path: path(of: holder))
  }

  /// What a folder holds of one name.
  private struct Standing {
    var current: String?
    var previous: String?
    var next: String?
    /// Whether some files still hold the key before.
    var differs = false

    mutating func rotate() {
      previous = current
      current = next ?? KeyForm.freshKey()
      next = KeyForm.freshKey()
    }
  }

  /// The newest key of the name in the folder, with those before and after it.
  private func standing(of name: KeyName, in forms: [KeyHolder: KeyForm]) throws(KeyFileError) -> Standing {
    let holders = KeyHolder.allCases.filter { $0.names.contains(name) }
    let entries = holders.compactMap { holder -> Standing? in
      func entry(_ part: [String: String]?) -> String? {
        part?[name.rawValue].flatMap { KeyForm.key($0) == nil ? nil : $0 }
      }
      guard let form = forms[holder], let current = entry(form.keys) else { return nil }
      return Standing(current: current, previous: entry(form.previous), next: entry(form.next))
    }
    guard name.isRotated || entries.count == holders.count else {
      throw .missingRoleKey(path: path, name: name, holder: .operator)
    }
    let values = Set(entries.compactMap(\.current))
    guard values.count > 1 else { return entries.first { $0.next != nil } ?? entries.first ?? Standing() }
    let newest = entries.first { values == Set([$0.current, $0.previous].compactMap(\.self)) }
    guard var newest, name.isRotated else { throw .strangers(folder: path, name: name) }
    newest.differs = true
    return newest
  }

  private static func fresh(_ names: some Sequence<KeyName>) -> [String: String] {
    Dictionary(uniqueKeysWithValues: names.map { ($0.rawValue, KeyForm.freshKey()) })
  }

  private static func share(of holder: KeyHolder, in keys: [String: String]) -> [String: String] {
    keys.filter { entry in holder.names.contains { $0.rawValue == entry.key } }
  }
}
