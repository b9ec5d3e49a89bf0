import Foundation

/// How busy the server and this program are between two moments.
struct BusyTimes {
  private let pid: Int32
  private let began = ContinuousClock.now
  private let server: Double
  private let load: Double

  init(_ pid: Int32) throws {
    self.pid = pid
    server = try ServerProcess(pid).processorSeconds
    load = try ServerProcess(getpid()).processorSeconds
  }

  /// Since then: seconds of the clock, of the server's processor time, and of this program's.
  struct Span {
    let seconds: Double
    let server: Double
    let load: Double

    /// Both as parts of one processor.
    var words: [String] {
      ["server-busy=\((server / seconds).rounded3)", "load-busy=\((load / seconds).rounded3)"]
    }
  }

  func now() throws -> Span {
    let server = try ServerProcess(pid).processorSeconds - server
    let load = try ServerProcess(getpid()).processorSeconds - load
    return Span(seconds: (ContinuousClock.now - began).inSeconds, server: server, load: load)
  }
}
