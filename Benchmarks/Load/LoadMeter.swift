import Foundation

/// What a server's process and this one take while something goes on.
struct LoadMeter {
  private let pid: Int32
  private let server: ServerProcess
  private let load: ServerProcess
  private let began = ContinuousClock.now

  /// Begins now.
  ///
  /// - Parameter pid: the server's process.
  init(_ pid: Int32) throws {
    self.pid = pid
    server = try ServerProcess(pid)
    load = try ServerProcess(getpid())
  }

  /// What both have taken since.
  struct Reading {
    let elapsed: Double
    /// Seconds of the server's processor.
    let processor: Double
    /// By which the server's resident memory has grown.
    let bytes: Int
    let residentBytes: Int
    /// How many processors each had to do with; this program's share tells whether it was the bottleneck.
    let serverBusy: Double
    let loadBusy: Double

    /// `per-cpu-second=... us-each=... server-busy=... load-busy=...` of so many of whatever was done.
    func words(per count: Int) -> [String] {
      [
        "per-cpu-second=\((Double(count) / processor).rounded1)",
        "us-each=\((processor * 1e6 / Double(count)).rounded3)",
      ] + busy
    }

    var busy: [String] { ["server-busy=\(serverBusy.rounded3)", "load-busy=\(loadBusy.rounded3)"] }
  }

  func read() throws -> Reading {
    let (server, load) = (try ServerProcess(pid), try ServerProcess(getpid()))
    let elapsed = (ContinuousClock.now - began).inSeconds
    let processor = server.processorSeconds - self.server.processorSeconds
    return Reading(
      elapsed: elapsed, processor: processor, bytes: server.residentBytes - self.server.residentBytes,
      residentBytes: server.residentBytes, serverBusy: processor / elapsed,
      loadBusy: (load.processorSeconds - self.load.processorSeconds) / elapsed)
  }
}
