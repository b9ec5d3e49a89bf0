import Dispatch
import Foundation
import Logging
import Synchronization

/// A log in a file, one line an event: time, level, what happened, then `key=value` facts in alphabetical order.
///
/// Lines are written on a queue of their own; an event loop never waits for a disk.
public struct LogFile: Sendable {
  private let file: FileHandle
  /// Nil for standard error.
  private let path: String?
  private let queue = DispatchQueue(label: "monarch.log")
  private let backlog = Backlog()

  /// Opens the file for appending, creating it readable by its owner only. Throws ``LogFileFailure``.
  public init(path: String) throws {
    let descriptor = try LogFile.descriptor(path)
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    self.path = path
  }

  /// Writes to standard error instead of a file.
  public init(standardError: Void) {
    file = FileHandle.standardError
    path = nil
  }

  /// Goes on in a file of the same name, once the old one has been moved away; does nothing on standard error. Lines
  /// asked for before are in the old file. If there can be no new file the old one goes on, and its last line says why.
  public func reopen() {
    guard let path else { return }
    backlog.endBatch()
    queue.async { [file] in
      do {
        let descriptor = try LogFile.descriptor(path)
        dup2(descriptor, file.fileDescriptor)
        _ = fcntl(file.fileDescriptor, F_SETFD, FD_CLOEXEC)
        close(descriptor)
      } catch {
        try? file.write(contentsOf: Data("\(error)\n".utf8))
      }
    }
  }

  private static func descriptor(_ path: String) throws -> Int32 {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw LogFileFailure(path: path, cause: String(cString: strerror(errno))) }
    return descriptor
  }

  /// Makes loggers that write here.
  public func logger(_ label: String, level: Logger.Level) -> Logger {
    var logger = Logger(label: label) { LogFileHandler(label: $0, log: self) }
    logger.logLevel = level
    return logger
  }

  /// Waits until every line so far is in the file.
  public func flush() { queue.sync {} }

  fileprivate func append(_ line: String) {
    guard backlog.add(line) else { return }
    queue.async { [file, backlog] in try? file.write(contentsOf: Data(backlog.take().utf8)) }
  }
}

/// The lines that wait for the disk, in batches of those that come while earlier ones are written. A disk that hangs must
/// not fill the memory; lines that have no place are counted.
private final class Backlog: Sendable {
  private static let maximum = 10_000

  private struct State {
    var batches: [(text: String, lines: Int)] = []
    /// Whether the last batch takes more lines.
    var isOpen = false
    var waiting = 0
    var lost = 0
  }

  private let state = Mutex(State())

  /// Takes a line, or counts it as lost; true when it begins a batch, which is then to be written.
  func add(_ line: String) -> Bool {
    state.withLock { state in
      guard state.waiting < Self.maximum else {
        state.lost += 1
        return false
      }
      let gap = state.lost > 0 ? "... \(state.lost) lines were lost here: the disk was too slow\n" : ""
      state.lost = 0
      state.waiting += 1
      if state.isOpen, let last = state.batches.indices.last {
        state.batches[last].text += gap + line
        state.batches[last].lines += 1
        return false
      }
      state.batches.append((gap + line, 1))
      state.isOpen = true
      return true
    }
  }

  /// What comes from now on is written apart from what came until now.
  func endBatch() { state.withLock { $0.isOpen = false } }

  /// The oldest batch.
  func take() -> String {
    state.withLock { state in
      guard !state.batches.isEmpty else { return "" }
      let batch = state.batches.removeFirst()
      if state.batches.isEmpty { state.isOpen = false }
      state.waiting -= batch.lines
      return batch.text
    }
  }
}

public struct LogFileFailure: Error, CustomStringConvertible {
  public let path: String
  public let cause: String
  public var description: String { "cannot write the log \(path): \(cause). Give one in a folder that you may write." }
}

private struct LogFileHandler: LogHandler {
  let label: String
  let log: LogFile
  var logLevel = Logger.Level.info
  var metadata = Logger.Metadata()

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var facts = metadata
    if let more = event.metadata { facts.merge(more) { $1 } }
    let text = facts.sorted { $0.key < $1.key }.map { " \($0.key)=\(quoted("\($0.value)"))" }.joined()
    log.append("\(timestamp()) \(event.level) \(label): \(event.message)\(text)\n")
  }

  /// A value with blanks stands in quotes, and nothing a client sent can begin a line of its own.
  private func quoted(_ value: String) -> String {
    if value.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) { return value }
    let safe = String(value.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? "?" : Character($0) })
    return safe.contains(" ") ? "\"\(safe)\"" : safe
  }

  private func timestamp() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    gmtime_r(&now.tv_sec, &parts)
    func two(_ value: some BinaryInteger) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let milliseconds = String(1000 + now.tv_nsec / 1_000_000).dropFirst()
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(milliseconds)Z"
  }
}
