import ArgumentParser
import Foundation
import MSNP

/// What many people cost who are signed in and do nothing.
struct Crowd: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sign many people in from several addresses, and tell what they cost the server while they do nothing.",
    discussion: """
      The first 200 people pay for what every later one shares and do not count. The others sign in by MD5, fifty at a \
      time, from 50 loopback addresses, and read nothing afterwards; those of their contacts who come later are shown to \
      them all the same. After three seconds of quiet the server's processor time is taken for --seconds.

      Users come from `monarch-load users`; --server is the notification server. This program and the server need a \
      descriptor for each person.
      """)

  @OptionGroup var options: ServerOptions

  @Option(help: "How many people.")
  var sessions = 10_000

  @Option(help: "For how many seconds they do nothing.")
  var seconds = 10

  private static let warm = 200
  private static let sources = 50

  func run() throws {
    guard let address = HostPort(options.server) else { throw LoadFailure("no address: \(options.server)") }
    let server = try SocketName(address)
    var sockets: [PlainSocket] = []
    defer { for socket in sockets { socket.close() } }
    func signIn(_ people: Range<Int>) throws {
      let handles = people.map(Load.Users.handle)
      try PlainClient.signIn(handles, on: server, sources: Self.sources) { client, _ in sockets.append(client.socket) }
    }
    try signIn(0..<Self.warm)
    Thread.sleep(forTimeInterval: 1)
    let meter = try LoadMeter(options.pid)
    try signIn(Self.warm..<Self.warm + sessions)
    let entering = try meter.read()
    Thread.sleep(forTimeInterval: 3)
    // What signing in has left behind is there, and counts.
    let settled = try meter.read()
    let resting = try LoadMeter(options.pid)
    Thread.sleep(forTimeInterval: Double(seconds))
    let rest = try resting.read()
    let count = Double(sessions)
    print(
      (["crowd", "sessions=\(sessions)"]
        + [
          "KiB-each=\((Double(settled.bytes) / 1_024 / count).rounded3)",
          "resident-MiB=\((Double(settled.residentBytes) / 1_048_576).rounded1)",
          "sign-ins-per-second=\((count / entering.elapsed).rounded1)",
          "sign-ins-per-cpu-second=\((count / entering.processor).rounded1)",
          "idle-cpu-ms-per-second=\((rest.processor * 1_000 / rest.elapsed).rounded3)",
        ] + entering.busy).joined(separator: " "))
  }
}
