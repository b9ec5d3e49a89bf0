import MSNP

/// A command and the answer to it.
public struct Exchange: Hashable, Sendable {
  public let command: String
  public let answer: String

  public init(_ command: String, _ answer: String) {
    self.command = command
    self.answer = answer
  }
}

// Lists, names and numbers. Versions are left out where the dialect has none.
extension DialectWriting {
  /// A contact on the allow or the block list.
  ///
  ///     ADD 12 AL bob@example.com Bob / ADD 12 AL 256 bob@example.com Bob
  ///     ADC 12 AL N=bob@example.com / the same
  public func list(_ number: Int, _ list: String, _ handle: String, _ name: String, version: Int) -> Exchange {
    guard !hasContactGUIDs else { return same("ADC \(number) \(list) N=\(handle)") }
    return Exchange("ADD \(number) \(list) \(handle) \(name)", "ADD \(number) \(list) \(version) \(handle) \(name)")
  }

  /// A contact off the allow or the block list.
  public func unlist(_ number: Int, _ list: String, _ handle: String, version: Int) -> Exchange {
    let command = "REM \(number) \(list) \(handle)"
    return hasVersions ? Exchange(command, "REM \(number) \(list) \(version) \(handle)") : same(command)
  }

  /// A new contact. The answer from MSNP10 ends with the contact's GUID, ` C=` and 36 characters, which are not here.
  ///
  ///     ADD 12 FL bob@example.com Bob / ADD 12 FL 256 bob@example.com Bob
  ///     ADC 12 FL N=bob@example.com F=Bob / ADC 12 FL N=bob@example.com F=Bob C=...
  public func add(_ number: Int, _ handle: String, _ name: String, version: Int) -> Exchange {
    guard !hasContactGUIDs else { return same("ADC \(number) FL N=\(handle) F=\(name)") }
    return Exchange("ADD \(number) FL \(handle) \(name)", "ADD \(number) FL \(version) \(handle) \(name)")
  }

  /// A contact is one no more.
  public func remove(_ number: Int, _ handle: String, guid: String, version: Int) -> Exchange {
    guard !hasContactGUIDs else { return same("REM \(number) FL \(guid)") }
    return Exchange("REM \(number) FL \(handle)", "REM \(number) FL \(version) \(handle)")
  }

  /// What somebody is told who was added.
  public func wasAdded(by handle: String, _ name: String, version: Int) -> String {
    hasContactGUIDs ? "ADC 0 RL N=\(handle) F=\(name)" : "ADD 0 RL \(version) \(handle) \(name)"
  }

  /// What somebody is told who was removed.
  public func wasRemoved(by handle: String, version: Int) -> String {
    hasContactGUIDs ? "REM 0 RL \(handle)" : "REM 0 RL \(version) \(handle)"
  }

  /// The own name.
  public func rename(_ number: Int, _ handle: String, _ name: String, version: Int) -> Exchange {
    guard !hasContactGUIDs else { return same("PRP \(number) MFN \(name)") }
    return Exchange("REA \(number) \(handle) \(name)", "REA \(number) \(version) \(handle) \(name)")
  }

  /// What strangers are, `AL` or `BL`.
  public func setStrangers(_ number: Int, _ mode: String, version: Int) -> Exchange {
    let command = "BLP \(number) \(mode)"
    return hasVersions ? Exchange(command, "BLP \(number) \(version) \(mode)") : same(command)
  }

  /// An own number.
  public func setNumber(_ number: Int, _ key: String, _ value: String, version: Int) -> Exchange {
    let command = "PRP \(number) \(key) \(value)"
    return hasVersions ? Exchange(command, "PRP \(number) \(version) \(key) \(value)") : same(command)
  }

  /// A contact's numbers behind the answer to its addition: from MSNP10 those alone that are shown, as in the burst.
  public func numbersOfNew(_ handle: String, _ values: [(key: String, value: String?)], version: Int) -> [String] {
    numbers(of: handle, hasVersions ? values : values.filter { $0.value != nil }, version: version)
  }

  /// A contact's numbers, `PHH`, `PHW`, `PHM`, `MOB`: nil for those that are not shown.
  public func numbers(of handle: String, _ values: [(key: String, value: String?)], version: Int) -> [String] {
    guard hasNumbers else { return [] }
    return values.map { key, value in
      let line = hasVersions ? "BPR \(version) \(handle) \(key)" : "BPR \(handle) \(key)"
      return value.map { "\(line) \($0)" } ?? line
    }
  }

  private func same(_ line: String) -> Exchange { Exchange(line, line) }
}
