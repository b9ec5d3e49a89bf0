import ArgumentParser
import Foundation
import MSNP

/// How long a bystander waits for an answer, at Monarch or at the floor.
struct Stalls: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have bystanders ping while others keep the server busy, and tell how long they wait.",
    discussion: """
      Sixteen people who have no contacts send PNG in turn, one every --interval microseconds, on a thread of their own. \
      --during names what happens meanwhile, over and over for --seconds:
        rest     nothing
        storm    1,000 people with 50 contacts sign in by MD5, fifty at a time; fifty of them go, and come again
        exodus   the same, but they go all at the same moment
        renames  one of 60 people with 400 watchers each changes the own name; the next when all watchers know
        changes  the same with the status
      A person may change the own name five times at once, so 300 renames are the most there are, and it ends before \
      --seconds then.

      Latency is from PNG written to QNG read. Late is how far the bystanders lag behind their own plan: what the machine \
      lets any thread wait. Users come from `monarch-load calm-users`; --server is the notification server.
      """)

  @OptionGroup var options: ServerOptions

  @Option(help: "What happens meanwhile: \(Disturbance.allCases.map(\.rawValue).joined(separator: ", ")).")
  var during = Disturbance.rest

  @Option(help: "Microseconds between two pings.")
  var interval = 1_000

  @Option(help: "For how many seconds.")
  var seconds = 3

  func run() throws {
    guard let address = HostPort(options.server) else { throw LoadFailure("no address: \(options.server)") }
    let server = try SocketName(address)
    let disturb = try during.prepared(at: server)
    let bystanders = CalmPeople.bystanders.map(Load.Users.handle)
    let (done, pings) = try Bystanders.watch(bystanders, at: server, every: .microseconds(interval)) {
      let meter = try LoadMeter(options.pid)
      let events = try disturb(.now + .seconds(seconds))
      return (events: events, reading: try meter.read())
    }
    print(
      (["stalls", "pings=\(pings.sent)", "refused=\(pings.refused)"] + pings.latencies.words("ping")
        + pings.lateness.words("late")
        + [
          "events=\(done.events)", "events-per-second=\((Double(done.events) / done.reading.elapsed).rounded1)",
        ] + done.reading.busy).joined(separator: " "))
  }
}
