import Glibc
import Synchronization

/// A program under test, with a pipe on its standard output. Killed when the last reference goes.
public final class ChildProcess {
  public enum Ending: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
  }

  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  public let identifier: pid_t
  private let output: Int32
  private var unread: [UInt8] = []
  private var outputEnded = false
  private var ending: Ending?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - environment: set over this process's own environment.
  ///   - errors: the file its standard error is appended to.
  public init(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:], errors: String
  ) throws(Failure) {
    let environment = ChildProcess.environment(with: environment)
    let started = ChildProcess.startOneAtATime.withLock { _ in
      ChildProcess.start([executable] + arguments, environment, errors)
    }
    (identifier, output) = try started.get()
  }

  /// Without `pipe2` a pipe is inherited by whatever is started before it is marked, so nothing else is.
  private static let startOneAtATime = Mutex<Void>(())

  private static func start(
    _ words: [String], _ environment: [String], _ errors: String
  ) -> Result<(pid_t, Int32), Failure> {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return .failure(Failure(description: "no pipe: \(lastError())")) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    receiveAllSignals(&attributes)

    let program = words[0]
    let copies = words.map { strdup($0) } + [nil]
    let variables = environment.map { strdup($0) } + [nil]
    defer { for copy in copies + variables { free(copy) } }
    var identifier = pid_t()
    let result = posix_spawnp(&identifier, program, &actions, &attributes, copies, variables)
    guard result == 0 else {
      close(ends[0])
      return .failure(Failure(description: "the program does not start: \(String(cString: strerror(result)))"))
    }
    return .success((identifier, ends[0]))
  }

  /// The threads of a test block signals, and a child would go on doing so.
  private static func receiveAllSignals(_ attributes: inout posix_spawnattr_t) {
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
  }

  deinit {
    if ending == nil {
      kill(identifier, SIGKILL)
      var status: Int32 = 0
      waitpid(identifier, &status, 0)
    }
    close(output)
  }

  private static func environment(with changes: [String: String]) -> [String] {
    var own: [String] = []
    var next = environ
    while let entry = next.pointee {
      own.append(String(cString: entry))
      next += 1
    }
    let kept = own.filter { entry in !changes.keys.contains { entry.hasPrefix("\($0)=") } }
    return kept + changes.map { "\($0.key)=\($0.value)" }
  }

  /// The next line of its output; nil once the output has ended or the deadline passed.
  public func nextOutputLine(until deadline: ContinuousClock.Instant) -> String? {
    while true {
      if let lineFeed = unread.firstIndex(of: 0x0a) {
        defer { unread.removeFirst(lineFeed + 1) }
        return String(decoding: unread[..<lineFeed], as: UTF8.self)
      }
      guard readOutput(until: deadline) else { return nil }
    }
  }

  private func readOutput(until deadline: ContinuousClock.Instant) -> Bool {
    guard !outputEnded else { return false }
    var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    let rest = max(.zero, deadline - .now).components
    let milliseconds = rest.seconds * 1000 + rest.attoseconds / 1_000_000_000_000_000 + 1
    guard poll(&entry, 1, Int32(clamping: milliseconds)) > 0 else { return false }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(output, &bytes, bytes.count)
    guard count > 0 else {
      outputEnded = true
      return false
    }
    unread += bytes[..<count]
    return true
  }

  public func signal(_ number: Int32) { kill(identifier, number) }

  /// Waits for its end, which the end of its output announces; a program that outstays the limit is killed.
  public func waitForEnding(within limit: Duration = .seconds(20)) throws(Failure) -> Ending {
    if let ending { return ending }
    let deadline = ContinuousClock.now + limit
    while readOutput(until: deadline) {}
    let isLate = !outputEnded
    if isLate { kill(identifier, SIGKILL) }
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    ending = signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
    guard !isLate else { throw Failure(description: "process \(identifier) did not end within \(limit)") }
    return signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
  }
}
