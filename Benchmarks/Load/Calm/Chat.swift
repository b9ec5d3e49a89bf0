import ArgumentParser
import MSNP

/// How long a message is on its way when a server is half busy.
struct Chat: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have pairs talk at a fixed rate, and tell how long their messages are on their way.",
    discussion: """
      Without --rate it first looks how many messages a second the server relays when each answers the one before at once \
      (saturated-per-second), and sends half as many, evenly spread over time and over the pairs, whether the server keeps \
      up or not. Latency is from before a message is written to after it is read; late is how far this program lags \
      behind its own plan.

      Users come from `monarch-load calm-users`; --server is the notification server, or with --floor monarch-floor.
      """)

  @OptionGroup var options: ServerOptions

  @Flag(help: "The server is monarch-floor.")
  var floor = false

  @Option(help: "How many pairs.")
  var conversations = 100

  @Option(help: "Bytes in each message.")
  var size = 200

  @Option(help: "Messages a second.")
  var rate: Int?

  @Option(help: "For how many seconds.")
  var seconds = 5

  func run() throws {
    guard let address = HostPort(options.server) else { throw LoadFailure("no address: \(options.server)") }
    let server = try SocketName(address)
    let pairs =
      floor
      ? try ChatPairs.onFloor(conversations, at: server) : try ChatPairs.onSwitchboard(conversations, at: server)
    defer { pairs.close() }
    var talk = try ChatTalk(pairs.ends, size: size)
    var words: [String] = []
    var rate = rate ?? 0
    if rate == 0 {
      _ = try talk.inTurn(for: .milliseconds(500))
      let meter = try LoadMeter(options.pid)
      let count = try talk.inTurn(for: .seconds(max(1, seconds / 2)))
      let reading = try meter.read()
      let saturated = Double(count) / reading.elapsed
      rate = Int(saturated / 2)
      words = ["saturated-per-second=\(saturated.rounded1)", "saturated-busy=\(reading.serverBusy.rounded3)"]
    }
    let meter = try LoadMeter(options.pid)
    let outcome = try talk.atRate(rate, for: .seconds(seconds))
    let reading = try meter.read()
    print(
      (["chat", "rate=\(rate)"] + words + ["count=\(outcome.latencies.count)"] + outcome.latencies.words("latency")
        + ["late-p99-ms=\(outcome.lateness.p99)"] + reading.busy).joined(separator: " "))
  }
}
