import ArgumentParser
import MSNP
import NIOCore
import NIOPosix

/// Invitations into conversations, on one node and across two.
struct Ring: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have people ring each other, and tell how long it takes.",
    discussion: """
      Each ring is in a conversation of its own, on whichever switchboard the notification server names; nobody answers. \
      `near` is a callee on the caller's own notification server, `far` one on another; the bus carries both, for the \
      switchboard is a node of its own. Users come from `monarch-load users --contacts 1`.
      """)

  @OptionGroup var cluster: ClusterOptions

  @Option(help: "How many pairs in each group.")
  var pairs = 50

  @Option(help: "How many rings in each group. One session may ask for 60 switchboards at once, then one a second.")
  var count = 300

  private struct Times {
    var answered = Latencies()
    var heard = Latencies()
    var opened = Latencies()
  }

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let handles = { (places: Range<Int>, offset: Int) in
      places.map { Load.Users.handle(cluster.first + 2 * $0 + offset) }
    }
    let callers = try await LoadClient.signIn(handles(0..<2 * pairs, 0), on: cluster.subjects, loop)
    let callees =
      try await LoadClient.signIn(handles(0..<pairs, 1), on: cluster.subjects, loop)
      + LoadClient.signIn(handles(pairs..<2 * pairs, 1), on: cluster.watchers, loop)
    var times = [Times(), Times()]
    for number in 0..<count {
      for group in 0..<2 {
        let pair = group * pairs + number % pairs
        try await ring(callers[pair], callees[pair], loop, &times[group])
        try await Task.sleep(for: .microseconds(Int64.random(in: 5_000...15_000)))
      }
    }
    for (name, times) in zip(["near", "far"], times) {
      let words = times.opened.words("open") + times.answered.words("ringing") + times.heard.words("rng")
      print((["ring", name] + words).joined(separator: " "))
    }
  }

  /// One ring, from `XFR` on: until the switchboard has taken the ticket, from `CAL` to its answer, and to `RNG`.
  private func ring(
    _ caller: LoadClient, _ callee: LoadClient, _ loop: any EventLoop, _ times: inout Times
  ) async throws {
    let began = ContinuousClock.now
    let transfer = try await caller.notification.ask("XFR 9 SB", for: "XFR")
    guard let address = transfer.text(2).flatMap({ HostPort($0) }), let ticket = transfer.text(4) else {
      throw LoadFailure("no switchboard in XFR")
    }
    let stream = try await LineStream.connect(to: address, loop)
    stream.send("USR 1 \(caller.handle) \(ticket)\r\n")
    times.opened.add(try await stream.arrival(of: "USR").at - began)
    let called = ContinuousClock.now
    stream.send("CAL 2 \(callee.handle)\r\n")
    times.answered.add(try await stream.arrival(of: "CAL").at - called)
    times.heard.add(try await callee.notification.arrival(of: "RNG").at - called)
    stream.close()
  }
}
