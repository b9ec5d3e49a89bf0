import Foundation
import Glibc
import Synchronization

/// The real program with a test at its keyboard. Blocking, for use on a thread of its own; killed when the last
/// reference goes.
public final class Program {
  /// How it ended, and what it said that was not read before.
  public struct Outcome: Hashable, Sendable {
    /// Its exit code, or the number of the signal that ended it, negative.
    public var code: Int32
    public var output: String
    public var errors: String

    public init(code: Int32, output: String, errors: String) {
      self.code = code
      self.output = output
      self.errors = errors
    }
  }

  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  private static let limit = Duration.seconds(20)

  private let identifier: pid_t
  /// A socket that is the program's standard input and output at once.
  private let keyboard: Int32
  private let errorFile: String
  private var unread: [UInt8] = []
  private var hasEnded = false
  private var isGone = false

  /// Starts `monarch` with these arguments; passwords are hashed at the tests' cost.
  public init(_ arguments: [String], folder: String) throws {
    errorFile = folder + "/errors-\(UUID().uuidString)"
    let words = [try MonarchProgram.path()] + arguments
    let started = Program.startOneAtATime.withLock { [errorFile] _ in Program.start(words, errorFile) }
    (identifier, keyboard) = try started.get()
  }

  deinit {
    close(keyboard)
    guard !isGone else { return }
    kill(identifier, SIGKILL)
    var status: Int32 = 0
    waitpid(identifier, &status, 0)
  }

  /// No child may inherit the other end of another's keyboard: its input would never end.
  private static let startOneAtATime = Mutex<Void>(())

  private static func start(_ words: [String], _ errorFile: String) -> Result<(pid_t, Int32), Failure> {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return .failure(Failure(description: "no socket pair")) }
    defer { close(ends[1]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, errorFile, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let variables = ProcessInfo.processInfo.environment.merging(["MONARCH_TEST_PASSWORD_COST": "lowest"]) { $1 }
    let arguments = words.map { strdup($0) } + [nil]
    let environment = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for copy in arguments + environment { free(copy) } }
    var identifier = pid_t()
    let result = posix_spawn(&identifier, words[0], &actions, nil, arguments, environment)
    guard result == 0 else {
      close(ends[0])
      return .failure(Failure(description: "\(words[0]) does not start: error \(result)"))
    }
    return .success((identifier, ends[0]))
  }

  /// Types one line.
  public func type(_ line: String) throws {
    let bytes = Array("\(line)\n".utf8)
    guard send(keyboard, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw Failure(description: "the program does not take '\(line)'; it said \(errors)")
    }
  }

  /// Nothing more is typed.
  public func endInput() { shutdown(keyboard, Int32(SHUT_WR)) }

  /// Reads up to this very line; answers with those before it.
  @discardableResult
  public func wait(for wanted: String) throws -> [String] {
    let deadline = ContinuousClock.now + Program.limit
    var others: [String] = []
    while let line = nextLine(until: deadline) {
      guard line != wanted else { return others }
      others.append(line)
    }
    throw Failure(description: "'\(wanted)' never came, but\n\(others.joined(separator: "\n"))\n\(errors)")
  }

  /// Ends its input and reads everything up to its end.
  public func finish() throws -> Outcome {
    endInput()
    let deadline = ContinuousClock.now + Program.limit
    while fill(until: deadline) {}
    guard hasEnded else { throw Failure(description: "the program does not end; it said \(text) \(errors)") }
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    isGone = true
    let signal = status & 0x7f
    return Outcome(code: signal == 0 ? status >> 8 & 0xff : -signal, output: text, errors: errors)
  }

  private var text: String { String(decoding: unread, as: UTF8.self) }
  private var errors: String { (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? "" }

  private func nextLine(until deadline: ContinuousClock.Instant) -> String? {
    while true {
      if let lineFeed = unread.firstIndex(of: 0x0a) {
        defer { unread.removeFirst(lineFeed + 1) }
        return String(decoding: unread[..<lineFeed], as: UTF8.self)
      }
      guard fill(until: deadline) else { return nil }
    }
  }

  private func fill(until deadline: ContinuousClock.Instant) -> Bool {
    guard !hasEnded else { return false }
    var entry = pollfd(fd: keyboard, events: Int16(POLLIN), revents: 0)
    let rest = max(.zero, deadline - .now).components
    let milliseconds = rest.seconds * 1000 + rest.attoseconds / 1_000_000_000_000_000 + 1
    guard poll(&entry, 1, Int32(clamping: milliseconds)) > 0 else { return false }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(keyboard, &bytes, bytes.count)
    guard count > 0 else {
      hasEnded = true
      return false
    }
    unread += bytes[..<count]
    return true
  }
}
