import MSNP

/// The pairs of an import, kept until all accounts are there: each side may be defined later in the file.
///
/// Handles are numbered, so that a pair costs eight bytes and not two strings.
struct ImportedContacts {
  private var numbers: [UserHandle: UInt32] = [:]
  private var handles: [UserHandle] = []
  /// The line that first named each handle.
  private var lines: [Int] = []
  private var pairs: Set<UInt64> = []
  private var blocked: [HandlePair] = []

  var count: Int { pairs.count }

  mutating func take(_ line: ImportLine) {
    guard !line.contacts.isEmpty || !line.blocked.isEmpty else { return }
    let owner = number(of: line.handle, line.number)
    for contact in line.contacts {
      let other = number(of: contact, line.number)
      if other != owner { pairs.insert(UInt64(min(owner, other)) << 32 | UInt64(max(owner, other))) }
    }
    blocked += line.blocked.map { HandlePair(first: line.handle, second: $0) }
  }

  /// The line that first named the handle.
  func line(of handle: UserHandle) -> Int? { numbers[handle].map { lines[Int($0)] } }

  /// All pairs, each once, in pieces of at most `size`, in the order of the file.
  func pieces(of size: Int) -> some Sequence<[HandlePair]> {
    let sorted = pairs.sorted()
    return stride(from: 0, to: sorted.count, by: size).lazy.map { start in
      sorted[start..<min(start + size, sorted.count)].map { pair in
        HandlePair(first: handles[Int(pair >> 32)], second: handles[Int(pair & 0xffff_ffff)])
      }
    }
  }

  /// All whom somebody blocks, in pieces of at most `size`.
  func blockedPieces(of size: Int) -> some Sequence<[HandlePair]> {
    stride(from: 0, to: blocked.count, by: size).lazy.map { Array(blocked[$0..<min($0 + size, blocked.count)]) }
  }

  private mutating func number(of handle: UserHandle, _ line: Int) -> UInt32 {
    if let number = numbers[handle] { return number }
    let number = UInt32(handles.count)
    numbers[handle] = number
    handles.append(handle)
    lines.append(line)
    return number
  }
}
