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
    for holder in KeyHolder.allCases {
      guard let form = try form(of: holder) else { throw .noSuchFile(path: path(of: holder)) }
      forms[holder] = form
    }
    var standings: [KeyName: Standing] = [:]
    for name in KeyName.allCases {
      standings[name] = try standing(of: name, in: forms, everywhere: !name.isRotated)
    }
    let isHalfDone = standings.values.contains(where: \.differs)
    if !isHalfDone {
      for name in KeyName.allCases where name.isRotated { standings[name]?.rotate() }
    }
    for holder in KeyFolder.replacing {
      try file(holder).replace(KeyFolder.form(of: holder, standings).json)
    }
    return isHalfDone ? .completed : .fresh
  }

  /// Makes the files and keys that a folder of an earlier release does not have, and changes none that is there. Answers
  /// with the holders whose files are new or were added to; run again after it was stopped in between, it goes on.
  public func complete() throws(KeyFileError) -> [KeyHolder] {
    var forms: [KeyHolder: KeyForm] = [:]
    for holder in KeyHolder.allCases { forms[holder] = try form(of: holder) }
    guard !forms.isEmpty else { throw .noSuchFile(path: path(of: .notification)) }
    var standings: [KeyName: Standing] = [:]
    for name in KeyName.allCases {
      var standing = try standing(of: name, in: forms, everywhere: false)
      guard !standing.differs else { throw .halfRotated(folder: path) }
      if name.isRotated { standing.complete() }
      guard standing.current != nil else { throw .missingRoleKey(path: path, name: name, holder: .operator) }
      standings[name] = standing
    }
    var changed: [KeyHolder] = []
    for holder in KeyFolder.replacing {
      let form = KeyFolder.form(of: holder, standings)
      guard form != forms[holder] else { continue }
      if forms[holder] != nil {
        try file(holder).replace(form.json)
      } else if try !file(holder).create(form.json) {
        throw .alreadyThere(path: path(of: holder))
      }
      changed.append(holder)
    }
    return changed
  }

  /// The file that has every key comes first: whoever finds it alone replaced can complete the others.
  private static let replacing: [KeyHolder] = [.notification, .operator, .switchboard, .web, .dispatch]

  private func file(_ holder: KeyHolder) -> SecretFile { SecretFile(path: path(of: holder)) }

  /// Nil when there is no such file.
  private func form(of holder: KeyHolder) throws(KeyFileError) -> KeyForm? {
    guard let bytes = try file(holder).read() else { return nil }
    return try KeyForm(json: bytes, path: path(of: holder))
  }

  /// A holder's share of everything.
  private static func form(of holder: KeyHolder, _ standings: [KeyName: Standing]) -> KeyForm {
    func share(_ part: KeyPath<Standing, String?>) -> [String: String] {
      let entries = holder.names.compactMap { name in standings[name]?[keyPath: part].map { (name.rawValue, $0) } }
      return Dictionary(uniqueKeysWithValues: entries)
    }
    return KeyForm(keys: share(\.current), previous: share(\.previous), next: share(\.next))
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

    mutating func complete() {
      current = current ?? KeyForm.freshKey()
      next = next ?? KeyForm.freshKey()
    }
  }

  /// The newest key of the name in the folder, with those before and after it.
  ///
  /// - Parameter everywhere: whether it has to be in each file that should have it.
  private func standing(
    of name: KeyName, in forms: [KeyHolder: KeyForm], everywhere: Bool
  ) throws(KeyFileError) -> Standing {
    let holders = KeyHolder.allCases.filter { $0.names.contains(name) }
    let entries = holders.compactMap { holder -> Standing? in
      func entry(_ part: [String: String]?) -> String? {
        part?[name.rawValue].flatMap { KeyForm.key($0) == nil ? nil : $0 }
      }
      guard let form = forms[holder], let current = entry(form.keys) else { return nil }
      return Standing(current: current, previous: entry(form.previous), next: entry(form.next))
    }
    guard !everywhere || entries.count == holders.count else {
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
