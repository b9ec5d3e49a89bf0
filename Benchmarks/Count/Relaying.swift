import Cluster
import Credentials
import Crypto
import Logging
import MSNP
import NIOCore
import NIOEmbedded
import Roster
import Switchboard

/// Messages of 200 bytes in one conversation, half of them with acknowledgement, through a whole switchboard on an event
/// loop without sockets.
enum Relaying {
  private static let messages = 200
  private static let now: Int64 = 1_726_321_960

  static func prepared(people count: Int) throws -> () -> Void {
    let stage = try Stage(people: count)
    let plain = ByteBuffer(string: "MSG 7 U 200\r\n" + String(repeating: "x", count: 200))
    let acknowledged = ByteBuffer(string: "MSG 8 A 200\r\n" + String(repeating: "x", count: 200))
    return {
      var bytes = 0
      for number in 0..<messages {
        bytes += stage.say(number % 2 == 0 ? plain : acknowledged, from: number % count)
      }
      precondition(bytes > messages * (count - 1) * 200, "the others were told \(bytes) bytes")
    }
  }

  private static func handle(_ number: Int) throws -> UserHandle {
    guard let handle = UserHandle("person\(number)@example.com") else { throw CountFailure("no handle") }
    return handle
  }

  private struct Route: RingRoute {
    func ring(_ ring: Ring, answer: @escaping @Sendable (RingAnswer) -> Void) {
      answer(.ringing(Introduction(name: FriendlyName(ring.callee))))
    }

    func introduction(of account: AccountID, answer: @escaping @Sendable (Introduction?) -> Void) { answer(nil) }
  }

  /// A switchboard, and people in one conversation.
  private final class Stage {
    private let loop = EmbeddedEventLoop()
    private let server: SwitchboardServer
    private let mint = TicketMint(key: SymmetricKey(data: [UInt8](repeating: 7, count: 32)))
    private var channels: [EmbeddedChannel] = []

    init(people: Int) throws {
      var settings = SwitchboardSettings(unixTime: { Relaying.now })
      settings.refusalTime = .zero
      server = SwitchboardServer(
        SwitchboardNode(name: "sb-1", epoch: 3, address: HostPort(host: "192.0.2.20", port: 1863)), settings, on: loop,
        tickets: mint, route: Route(), numbering: CountedSessions(startingAfter: 100),
        logger: Logger(label: "count") { _ in SwiftLogNoOpLogHandler() })
      guard let session = SessionID(101) else { throw CountFailure("no session") }
      try enter(0, .open) { "USR 1 \($0) \($1)\r\n" }
      for number in 1..<people {
        try say("CAL \(number) \(handle(number))\r\n", from: 0)
        try enter(number, .answer(session)) { "ANS 1 \($0) \($1) 101\r\n" }
      }
      for channel in channels { _ = take(channel) }
    }

    private func enter(_ number: Int, _ purpose: TicketPurpose, _ line: (UserHandle, String) -> String) throws {
      let channel = EmbeddedChannel(loop: loop)
      try server.attach(to: channel)
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      channels.append(channel)
      let handle = try handle(number)
      let ticket = mint.mint(
        TicketClaim(
          account: Int64(number) + 1, handle: handle, dialect: .msnp12, purpose: purpose,
          switchboard: SwitchboardIdentity(name: "sb-1", epoch: 3)),
        expires: Relaying.now + 60)
      try say(line(handle, ticket), from: number)
    }

    private func say(_ text: String, from number: Int) throws {
      try channels[number].writeInbound(ByteBuffer(string: text))
      loop.advanceTime(to: .now())
    }

    /// Sends a message and answers with how many bytes everybody was told.
    func say(_ message: ByteBuffer, from number: Int) -> Int {
      _ = try? channels[number].writeInbound(message)
      loop.run()
      return channels.reduce(0) { $0 + take($1) }
    }

    private func take(_ channel: EmbeddedChannel) -> Int {
      var bytes = 0
      while let buffer = try? channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytes }
      return bytes
    }
  }
}
