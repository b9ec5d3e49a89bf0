import Foundation
import MSNP

/// Asks for a password on the terminal without showing it; takes a line of standard input when that is no terminal.
enum PasswordPrompt {
  /// A new password, asked for twice.
  static func newPassword(for handle: UserHandle) throws -> String {
    guard isatty(STDIN_FILENO) == 1 else { return try piped() }
    let password = try ask("New password for \(handle): ")
    guard try ask("The same again: ") == password else {
      throw AdministrationFailure("the two passwords differ: nothing was changed")
    }
    return password
  }

  /// The password of an existing account.
  static func password(for handle: UserHandle) throws -> String {
    guard isatty(STDIN_FILENO) == 1 else { return try piped() }
    return try ask("Password of \(handle): ")
  }

  private static func piped() throws -> String {
    guard let line = readLine() else {
      throw AdministrationFailure("no password: give it as an argument, or as a line of standard input")
    }
    return line
  }

  private static func ask(_ question: String) throws -> String {
    FileHandle.standardError.write(Data(question.utf8))
    defer { FileHandle.standardError.write(Data("\n".utf8)) }
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return try piped() }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
    // Ctrl-C ends the line instead of the program, which would leave the terminal mute.
    let interrupt = before.character(VINTR)
    silent.setCharacter(VEOL, to: interrupt)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
    guard let line = readLine(), !line.utf8.contains(interrupt) else {
      throw AdministrationFailure("no password was given: nothing was changed")
    }
    return line
  }
}

extension termios {
  func character(_ index: Int32) -> UInt8 { withUnsafeBytes(of: c_cc) { $0[Int(index)] } }

  mutating func setCharacter(_ index: Int32, to value: UInt8) {
    withUnsafeMutableBytes(of: &c_cc) { $0[Int(index)] = value }
  }
}
