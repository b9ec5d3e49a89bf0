import Foundation

/// The screen: plain lines, and on a terminal a line to type on below them that what arrives does not tear apart.
struct ChatScreen {
  /// Whether both keyboard and screen are a terminal.
  let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
  private var editor = LineEditor()
  private var before: termios?

  private static let prompt = "> "
  private static let clearLine = "\r\u{1b}[K"

  /// Takes the terminal out of its own line editing.
  mutating func begin() {
    guard isTerminal else { return }
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
    before = settings
    settings.c_lflag &= ~tcflag_t(ECHO | ICANON)
    tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    write(typingLine)
  }

  /// Gives the terminal back as it was.
  mutating func end() {
    guard var settings = before else { return }
    write(ChatScreen.clearLine)
    tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    before = nil
  }

  func show(_ text: String) {
    write(before == nil ? text + "\n" : ChatScreen.clearLine + text + "\n" + typingLine)
  }

  /// Takes keys; answers with what they amount to.
  mutating func type(_ bytes: [UInt8]) -> [ChatEvent] {
    var events: [ChatEvent] = []
    for byte in bytes {
      switch editor.take(byte) {
      case .line(let text):
        write(ChatScreen.clearLine + ChatScreen.prompt + text + "\n")
        events.append(.typed(text))
      case .end: events.append(.inputEnded)
      case nil: break
      }
    }
    write(ChatScreen.clearLine + typingLine)
    return events
  }

  /// Prompt and text, of which only the end is shown when it is wider than the screen.
  private var typingLine: String {
    var size = winsize()
    let columns = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    return ChatScreen.prompt + editor.text.suffix(max(columns - ChatScreen.prompt.count - 1, 1))
  }

  private func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
}

/// The line being typed.
struct LineEditor {
  enum Outcome: Hashable {
    case line(String)
    /// Ctrl-D on an empty line.
    case end
  }

  private enum Escape {
    case none
    case begun
    case sequence
  }

  private var bytes: [UInt8] = []
  private var escape = Escape.none

  /// What has been typed so far.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func take(_ byte: UInt8) -> Outcome? {
    guard !isEscaped(byte) else { return nil }
    switch byte {
    case 0x0a, 0x0d:
      defer { bytes.removeAll() }
      return .line(text)
    case 0x04: return bytes.isEmpty ? .end : nil
    case 0x08, 0x7f: bytes = Array(text.dropLast().utf8)
    case 0x15: bytes.removeAll()
    case 0x17: eraseWord()
    case 0x09: bytes.append(0x20)
    case 0x00..<0x20: break
    default: bytes.append(byte)
    }
    return nil
  }

  /// Swallows arrow and function keys: ESC, or ESC [ up to a letter or `~`.
  private mutating func isEscaped(_ byte: UInt8) -> Bool {
    switch escape {
    case .none:
      guard byte == 0x1b else { return false }
      escape = .begun
    case .begun: escape = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") ? .sequence : .none
    case .sequence: if (0x40...0x7e).contains(byte) { escape = .none }
    }
    return true
  }

  private mutating func eraseWord() {
    while bytes.last == 0x20 { bytes.removeLast() }
    while let last = bytes.last, last != 0x20 { bytes.removeLast() }
  }
}
