import ArgumentParser

/// Measures Monarch from outside: what an idle session costs, how fast messages are relayed, what crosses nodes.
@main
struct Load: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monarch-load",
    abstract: "Load for Monarch servers on this machine, and what it cost them.",
    discussion: """
      Users are load0@example.com, load1@example.com ... with the password `load`, as `monarch-load users` writes them \
      for `monarch user import`. They sign in with MSNP7 and MD5, or as --dialect says. Benchmarks/run.sh does all steps \
      with one process, Benchmarks/cluster.sh with a cluster. Figures of a server's memory and processor time are read from /proc, so it must run on this machine, \
      and its process number be given.
      """,
    subcommands: [
      Users.self, Idle.self, Record.self, Entries.self, Messages.self, Changes.self, Among.self, SignIns.self,
      Presence.self,
      CalmUsers.self, Chat.self, Stalls.self, Start.self, Drops.self, Crowd.self,
      Ring.self, TownUsers.self, Arrivals.self, Tickets.self, FanOut.self, Calls.self, RelayCapacity.self,
      PresenceCapacity.self, Report.self,
    ])
}

/// Where the server is.
struct ServerOptions: ParsableArguments {
  @Option(help: "The address of the dispatch server for idle and messages, of the notification server for the others.")
  var server = "127.0.0.1:1863"

  @Option(help: "The process number of the server.")
  var pid: Int32
}

extension Load {
  /// Writes users for `monarch user import`.
  struct Users: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write users for `monarch user import` to standard output.")

    @Option(help: "How many.")
    var count = 2000

    @Option(help: "How many contacts each has: 1 makes pairs of two neighbours.")
    var contacts = 50

    @Option(help: "The number of the first.")
    var first = 0

    @Option(
      help: "Instead of --contacts: so many more people, whom each has as contacts, and who do not know each other.")
    var shared = 0

    @Flag(help: "The first knows all others, and they know nobody else.")
    var star = false

    func run() {
      guard !star else { return writeStar() }
      guard shared == 0 else { return writeShared() }
      for user in 0..<count {
        // Each knows the next ones in the circle; made mutual, that is `contacts` for everybody.
        let distances = contacts == 1 ? Array(1..<2 - user % 2) : Array(1...max(1, contacts / 2))
        let friends = distances.map { (user + $0) % count }
        write(user, friends)
      }
    }

    private func writeStar() {
      for user in 0..<count { write(user, user == 0 ? [] : [0]) }
    }

    private func writeShared() {
      for user in 0..<count { write(user, Array(count..<count + shared)) }
      for user in count..<count + shared { write(user, []) }
    }

    /// Contacts are mutual, so one of two need say so.
    private func write(_ user: Int, _ contacts: [Int]) {
      let friends = contacts.map { "\"\(Self.handle(first + $0))\"" }.joined(separator: ",")
      print(
        "{\"email\":\"\(Self.handle(first + user))\",\"password\":\"load\",\"oldClients\":true,\"contacts\":[\(friends)]}"
      )
    }

    static func handle(_ user: Int) -> String { "load\(user)@example.com" }
  }

  /// Signs people in and leaves them idle.
  struct Idle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sign people in, and tell what one of them costs the server in memory.")

    @OptionGroup var options: ServerOptions

    @Option(help: "How many sign in.")
    var sessions = 1900

    @OptionGroup var dialect: DialectOptions

    func run() async throws {
      let entrance = try await dialect.entrance(for: 0..<100 + sessions)
      // The first ones pay for what every later one shares.
      let warm = try await LoadClient.signIn(0..<100, at: options.server, by: entrance)
      let meter = try LoadMeter(options.pid)
      let clients = try await LoadClient.signIn(100..<100 + sessions, at: options.server, by: entrance)
      let reading = try meter.read()
      let count = Double(sessions)
      print(
        ([
          "idle", "sessions=\(sessions)", "memory-per-session-KiB=\((Double(reading.bytes) / count / 1_024).rounded1)",
          "sign-ins-per-second=\((count / reading.elapsed).rounded1)",
          "sign-ins-per-server-cpu-second=\((count / reading.processor).rounded1)",
          "resident-MiB=\((Double(reading.residentBytes) / 1_048_576).rounded1)",
        ] + reading.busy).joined(separator: " "))
      for client in warm + clients { client.close() }
    }
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension Double {
  var rounded1: Double { (self * 10).rounded() / 10 }
}
