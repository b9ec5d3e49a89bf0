import ArgumentParser
import Foundation
import MSNP

/// What is left of connections that come to nothing.
struct Drops: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Connect and drop again and again, and tell what the server still holds of it.",
    discussion: """
      From 200 loopback addresses, to the dispatch and the notification server in turn, 66 connections at a time: a sixth \
      of them is dropped without a byte, a sixth without a byte by RST, a sixth after the answer to VER, a sixth in the \
      middle of the first line, a sixth in the middle of the second by RST, and a sixth is silent for as long as the \
      others are there.

      Memory and descriptors are compared with those after --warm connections of the same kinds. refused counts VER that \
      were answered by a closed connection.
      """)

  @OptionGroup var options: ServerOptions

  @Option(help: "The notification server's address; --server is the dispatch server's.")
  var notification = "127.0.0.2:1863"

  @Option(help: "How many connections.")
  var count = 1_000_000

  @Option(help: "How many before the first look.")
  var warm = 20_000

  func run() throws {
    let servers = try [options.server, notification].map { text in
      guard let address = HostPort(text) else { throw LoadFailure("no address: \(text)") }
      return try SocketName(address)
    }
    var dropper = Dropper(servers)
    try dropper.drop(warm)
    // What is closed with some delay is closed.
    let (descriptorsBefore, _) = try settled(atMost: nil)
    let before = try ServerProcess(options.pid)
    dropper.counts = Dropper.Counts()
    let meter = try LoadMeter(options.pid)
    try dropper.drop(count)
    let reading = try meter.read()
    let (descriptorsAfter, settling) = try settled(atMost: descriptorsBefore)
    let after = try ServerProcess(options.pid)
    let counts = dropper.counts
    func mebibytes(_ process: ServerProcess) -> Double { (Double(process.residentBytes) / 1_048_576).rounded3 }
    print(
      (["drops"]
        + [
          "count=\(counts.connections)", "answered=\(counts.answered)", "refused=\(counts.refused)",
          "failed=\(counts.failed)", "per-second=\((Double(counts.connections) / reading.elapsed).rounded1)",
          "us-each=\((reading.processor * 1e6 / Double(counts.connections)).rounded3)",
          "resident-before-MiB=\(mebibytes(before))", "resident-after-MiB=\(mebibytes(after))",
          "growth-percent=\(((Double(after.residentBytes) / Double(before.residentBytes) - 1) * 100).rounded3)",
          "descriptors-before=\(descriptorsBefore)", "descriptors-after=\(descriptorsAfter)",
          "settling-seconds=\(settling.inSeconds.rounded3)",
        ] + reading.busy).joined(separator: " "))
  }

  /// Waits until the server holds no more descriptors than that, or for 40 seconds: longer than a step of signing in may
  /// take. Without a limit, until there have been no fewer for a second.
  private func settled(atMost limit: Int?) throws -> (Int, Duration) {
    let began = ContinuousClock.now
    var (lowest, since) = (Int.max, began)
    while true {
      let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(options.pid)/fd").count
      if open < lowest { (lowest, since) = (open, .now) }
      let isSettled = limit.map { open <= $0 } ?? (.now - since >= .seconds(1))
      if isSettled || .now - began > .seconds(40) { return (open, .now - began) }
      usleep(50_000)
    }
  }
}
