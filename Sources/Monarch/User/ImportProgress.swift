import Foundation
import Synchronization

/// Tells on standard error how far an import is: one line rewritten on a terminal, a line every five seconds otherwise.
final class ImportProgress: Sendable {
  private struct State {
    var users = 0
    var percent: Int?
    var nextLine: ContinuousClock.Instant
  }

  private let size: Int?
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let start = ContinuousClock.now
  private let interval: Duration
  private let state: Mutex<State>

  /// - Parameter size: of the whole file in bytes; nil when it is not known.
  init(size: Int?) {
    self.size = size
    interval = isTerminal ? .milliseconds(200) : .seconds(5)
    state = Mutex(State(nextLine: .now + interval))
  }

  /// Notes how much of the file has been read.
  func read(_ bytes: Int) {
    guard let size, size > 0 else { return }
    state.withLock { $0.percent = min(100, bytes * 100 / size) }
  }

  /// Counts one user whose password is hashed.
  func countUser() {
    state.withLock { state in
      state.users += 1
      tell(&state) { "\($0.users.grouped) users" + ($0.percent.map { ", \($0) % of the file read" } ?? "") }
    }
  }

  /// Tells how many of the contacts have been made.
  func countContacts(_ done: Int, of all: Int) {
    state.withLock { state in tell(&state) { _ in "\(done.grouped) of \(all.grouped) pairs of contacts" } }
  }

  /// Says what is wrong with a line.
  func report(_ trouble: String) {
    state.withLock { _ in write((isTerminal ? "\r\u{1b}[K" : "") + trouble + "\n") }
  }

  /// Leaves a clean line for the summary.
  func end() {
    if isTerminal { write("\r\u{1b}[K") }
  }

  private func tell(_ state: inout State, _ text: (State) -> String) {
    guard ContinuousClock.now >= state.nextLine else { return }
    state.nextLine = .now + interval
    let line = "importing: \(text(state)), \((.now - start).components.seconds) s"
    write(isTerminal ? "\r\(line)\u{1b}[K" : line + "\n")
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

extension Int {
  /// In thousands from 10,000 on: `9998` and `12,345`.
  var grouped: String {
    guard self >= 10_000 else { return String(self) }
    let digits = String(self)
    return digits.enumerated().reduce(into: "") { text, digit in
      if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
      text.append(digit.element)
    }
  }
}
