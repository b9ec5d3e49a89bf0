import MSNP

/// What ends the answer to a line of a sign-in.
enum AnswerEnd: Sendable {
  /// The first line with the verb.
  case line(Verb)
  /// The last line of the reverse list, which is the last of the lists up to MSNP7.
  ///
  ///     <<< LST 5 RL 255 2 2 bob@example.com Bob
  ///     <<< LST 5 RL 255 0 0
  case numberedLists
  /// As many `LST` lines as `SYN` has announced (MSNP8-12).
  ///
  ///     <<< SYN 5 2000-01-01T00:04:15.0000000-00:00 2000-01-01T00:04:15.0000000-00:00 3 1
  case countedLists
  /// So many `LST` lines are still to come.
  case contacts(Int)

  /// Whether the line is the last one; goes on from it otherwise.
  mutating func isReached(by line: Line) -> Bool {
    switch self {
    case .line(let verb): return line.verb == verb
    case .numberedLists: return line.verb == .LST && line.isWord(1, "RL") && line.text(3) == line.text(4)
    case .countedLists:
      guard line.verb == .SYN else { return false }
      let contacts = line.number(line.count - 2, as: UInt32.self) ?? 0
      self = .contacts(Int(contacts))
      return contacts == 0
    case .contacts(let left):
      guard line.verb == .LST else { return false }
      self = .contacts(left - 1)
      return left == 1
    }
  }
}
