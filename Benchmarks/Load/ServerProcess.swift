import Foundation

/// What the system says of the server's process at one moment.
struct ServerProcess {
  /// Memory that is really there, in bytes.
  let residentBytes: Int
  /// Processor time so far, of the program and the kernel on its behalf.
  let processorSeconds: Double

  init(_ pid: Int32) throws {
    let status = try String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8).split(separator: " ")
    residentBytes = (Int(status[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    // The program's name in parentheses may hold blanks; the fields begin behind it.
    let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    let ticks = (Double(fields[12]) ?? 0) + (Double(fields[13]) ?? 0)
    processorSeconds = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
