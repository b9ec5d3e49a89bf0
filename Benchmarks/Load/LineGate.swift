import MSNP
import Synchronization

/// Which lines of a connection whoever reads it gets to see: during a sign-in a list of a thousand contacts is six thousand
/// lines of which one matters.
final class LineGate: Sendable {
  enum Passage {
    case through
    case dropped
    /// Dropped, and answered with this.
    case answered(String)
  }

  private enum State {
    /// Before and after a sign-in.
    case open(LoadDialect?)
    /// Between two of its steps.
    case closed
    case until(AnswerEnd)
  }

  private let state = Mutex(State.open(nil))

  /// Lets nothing through but the line that ends an answer, or one that says that there will be none.
  func close(until end: AnswerEnd) { state.withLock { $0 = .until(end) } }

  /// Lets everything through but challenges, which are answered.
  func open(_ dialect: LoadDialect) { state.withLock { $0 = .open(dialect) } }

  func passage(of line: Line) -> Passage {
    state.withLock { state in
      switch state {
      case .open(let dialect?) where line.verb == .CHL:
        return .answered(dialect.answer(99, toChallenge: line.text(1) ?? ""))
      case .open: return .through
      case .closed: return line.isError ? .through : .dropped
      case .until(var end):
        let isLast = end.isReached(by: line) || line.verb == .XFR || line.isError
        state = isLast ? .closed : .until(end)
        return isLast ? .through : .dropped
      }
    }
  }
}
