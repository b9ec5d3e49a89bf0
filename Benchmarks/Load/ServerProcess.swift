import Foundation

/// What the system says of the server's process at one moment.
struct ServerProcess {
  /// Memory that is really there, in bytes.
  let residentBytes: Int
  /// Processor time so far, of the program and the kernel on its behalf.
  let processorSeconds: Double
  /// The same with that of processes it had started and that have ended.
  let processorSecondsWithEnded: Double

  init(_ pid: Int32) throws {
    let status = try String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8).split(separator: " ")
    residentBytes = (Int(status[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    let fields = try Self.fields(of: pid)
    let ticks = fields[12...15].map { (Double($0) ?? 0) / Double(sysconf(Int32(_SC_CLK_TCK))) }
    processorSeconds = try Self.threads(of: pid)
    processorSecondsWithEnded = ticks.reduce(0, +)
  }

  /// What its threads have used, those that have ended too, by the scheduler's clock, which counts nanoseconds and not
  /// hundredths of a second.
  private static func threads(of pid: Int32) throws -> Double {
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else {
      throw LoadFailure("no process \(pid)")
    }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The processes that a process has started and that still run.
  static func children(of parent: Int32) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
      // One that has ended meanwhile has no fields.
      .filter { (try? fields(of: $0))?[2] == "\(parent)" }
  }

  /// The fields of /proc/PID/stat, the name being the first. It is in parentheses and may hold blanks.
  private static func fields(of pid: Int32) throws -> [Substring] {
    let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    return text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
  }
}
