import ArgumentParser
import MSNP
import NIOCore
import NIOPosix

/// What a relayed message costs, at Monarch or at the floor.
struct Messages: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have people talk in conversations, and tell what a message costs the server.",
    discussion: """
      Each conversation has --window messages on their way: with 1 every message waits until everybody has the one before \
      it, which is the dearest way for a server; with more, several share a system call.
      """)

  @OptionGroup var options: ServerOptions

  @OptionGroup var dialect: DialectOptions

  @Flag(help: "The server is monarch-floor.")
  var floor = false

  @Option(help: "How many conversations.")
  var conversations = 100

  @Option(help: "How many people in each.")
  var people = 2

  @Option(help: "Bytes in each message.")
  var size = 200

  @Option(help: "How many messages are on their way in a conversation.")
  var window = 1

  @Flag(help: "Every message asks for an acknowledgement.")
  var acknowledged = false

  @Option(help: "For how many seconds.")
  var seconds = 5

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let kind = acknowledged ? "A" : "U"
    let message = ByteBuffer(string: "MSG 3 \(kind) \(size)\r\n" + String(repeating: "x", count: size))
    let circles = floor ? try await onFloor(loop) : try await onSwitchboard(loop)
    let talks = circles.map { Talk($0, message: message) }
    for talk in talks { try await talk.begin(window: window) }
    // Past the first rush.
    try await Task.sleep(for: .milliseconds(500))
    let (first, meter) = (count(talks), try LoadMeter(options.pid))
    try await Task.sleep(for: .seconds(seconds))
    let (last, reading) = (count(talks), try meter.read())
    print(
      (["messages", "count=\(last - first)", "per-second=\((Double(last - first) / reading.elapsed).rounded1)"]
        + reading.words(per: last - first) + ["acknowledged=\(talks.reduce(0) { $0 + $1.acknowledgements })"])
        .joined(separator: " "))
  }

  private func count(_ talks: [Talk]) -> Int { talks.reduce(0) { $0 + $1.messages } }

  private func onFloor(_ loop: any EventLoop) async throws -> [[any Channel]] {
    guard let address = HostPort(options.server) else { throw LoadFailure("no address: \(options.server)") }
    var circles: [[any Channel]] = []
    for number in 0..<conversations {
      var circle: [any Channel] = []
      for _ in 0..<people {
        let stream = try await LineStream.connect(to: address, loop)
        _ = try await stream.ask("FLR \(number)", for: "FLR")
        circle.append(try await stream.taken())
      }
      circles.append(circle)
    }
    return circles
  }

  private func onSwitchboard(_ loop: any EventLoop) async throws -> [[any Channel]] {
    let entrance = try await dialect.entrance(for: 0..<conversations * people)
    let clients = try await LoadClient.signIn(0..<conversations * people, at: options.server, by: entrance)
    var circles: [[any Channel]] = []
    for number in 0..<conversations {
      let members = Array(clients[number * people..<(number + 1) * people])
      circles.append(try await Conversing.begin(members, loop))
    }
    return circles
  }
}

/// Brings people who are signed in together on a switchboard.
enum Conversing {
  /// The connections of everybody, the inviter's first; nothing is read from them any more.
  static func begin(_ people: [LoadClient], _ loop: any EventLoop) async throws -> [any Channel] {
    guard let inviter = people.first else { return [] }
    let transfer = try await inviter.notification.ask("XFR 9 SB", for: "XFR")
    guard let address = transfer.text(2).flatMap({ HostPort($0) }), let ticket = transfer.text(4) else {
      throw LoadFailure("no switchboard in XFR")
    }
    let caller = try await LineStream.connect(to: address, loop)
    _ = try await caller.ask("USR 1 \(inviter.handle) \(ticket)", for: "USR")
    var streams = [caller]
    for guest in people.dropFirst() {
      _ = try await caller.ask("CAL 2 \(guest.handle)", for: "CAL")
      let ring = try await guest.notification.next("RNG")
      let callee = try await LineStream.connect(to: address, loop)
      _ = try await callee.ask("ANS 1 \(guest.handle) \(ring.text(3) ?? "") \(ring.text(0) ?? "")", for: "ANS")
      for stream in streams { _ = try await stream.next("JOI") }
      streams.append(callee)
    }
    var channels: [any Channel] = []
    for stream in streams { channels.append(try await stream.taken()) }
    return channels
  }
}

extension LineStream {
  /// The connection without its reader of lines, for somebody else to read.
  func taken() async throws -> any Channel {
    try await channel.pipeline.removeHandler(name: "lines").get()
    return channel
  }
}
