import Roster

/// Puts the answers of changes into the order of their commits, for each account whose list version they raise.
///
/// The commits themselves come back on several connections, and nothing orders one socket against another: the server
/// gives up its locks before it writes the answer, so the next change to an account may be committed, and its answer
/// read, before that of the change it waited for. But a change is *judged* only when its locks have been granted, which
/// is after every change it had to wait for was committed, which is after that one was judged. So changes to one
/// account are judged, on the polling thread, in the order in which they will be committed: each takes a place in line
/// for every account it raises when it is judged, and is answered when it is first in all of them.
///
/// Places are taken for all accounts at once, so no two changes can wait for each other.
struct AnswerOrder {
  struct Place: Hashable {
    fileprivate let number: Int
  }

  private struct Entry {
    let accounts: Set<AccountID>
    var answer: (() -> Void)?
  }

  private var entries: [Int: Entry] = [:]
  private var lines: [AccountID: Fifo<Int>] = [:]
  private var last = 0

  /// A place behind every change so far that raises one of `accounts`.
  mutating func enter(raising accounts: Set<AccountID>) -> Place {
    last += 1
    entries[last] = Entry(accounts: accounts)
    for account in accounts { lines[account, default: Fifo()].append(last) }
    return Place(number: last)
  }

  /// Takes an answer and gives back those that may be given now, in order.
  mutating func complete(_ place: Place, answer: @escaping () -> Void) -> [() -> Void] {
    entries[place.number]?.answer = answer
    var answers: [() -> Void] = []
    var candidates = [place.number]
    while let number = candidates.popLast() {
      guard let entry = entries[number], let answer = entry.answer, isFirst(number, in: entry.accounts) else {
        continue
      }
      answers.append(answer)
      entries[number] = nil
      candidates += leave(entry.accounts)
    }
    return answers
  }

  private func isFirst(_ number: Int, in accounts: Set<AccountID>) -> Bool {
    accounts.allSatisfy { lines[$0]?.first == number }
  }

  /// Takes the first out of each line; answers with who is first now.
  private mutating func leave(_ accounts: Set<AccountID>) -> [Int] {
    var next: Set<Int> = []
    for account in accounts {
      _ = lines[account]?.popFirst()
      if let first = lines[account]?.first { next.insert(first) } else { lines[account] = nil }
    }
    return next.sorted(by: >)
  }
}
