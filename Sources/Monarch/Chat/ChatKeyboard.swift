import Foundation

/// Reads standard input on a thread of its own, since that blocks.
enum ChatKeyboard {
  static func read(isTerminal: Bool, into queue: AsyncStream<ChatRunner.Happening>.Continuation) {
    Thread.detachNewThread {
      if isTerminal { readKeys(queue) } else { readLines(queue) }
      queue.yield(.event(.inputEnded))
    }
  }

  private static func readKeys(_ queue: AsyncStream<ChatRunner.Happening>.Continuation) {
    var bytes = [UInt8](repeating: 0, count: 1024)
    while true {
      let count = Foundation.read(STDIN_FILENO, &bytes, bytes.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      queue.yield(.keys(Array(bytes[..<count])))
    }
  }

  /// By the same buffered reads as the password before them.
  private static func readLines(_ queue: AsyncStream<ChatRunner.Happening>.Continuation) {
    while let line = readLine() { queue.yield(.event(.typed(line))) }
  }
}
