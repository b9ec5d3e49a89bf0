import Cluster
import Credentials
import Crypto
import Foundation
import Logging
import MSNP
import NIOCore
import NIOEmbedded
import Roster
import Testing

@testable import Switchboard

/// A whole switchboard without sockets, and people who come to it with tickets of their dialects.
struct SwitchboardStage {
  /// Rings everybody but dave, who can never be reached; alice, bob and carol are signed in with capabilities.
  private struct Route: RingRoute {
    func ring(_ ring: Ring, answer: @escaping @Sendable (RingAnswer) -> Void) {
      answer(SwitchboardStage.introduction(ring.callee).map(RingAnswer.ringing) ?? .unavailable)
    }

    func introduction(of account: AccountID, answer: @escaping @Sendable (Introduction?) -> Void) {
      let name = SwitchboardStage.names[Int(account.rawValue) - 1]
      answer(UserHandle("\(name)@example.com").flatMap(SwitchboardStage.introduction))
    }
  }

  static let names = ["alice", "bob", "carol", "dave"]
  static let capabilities = ["1342554172", "24", "0"]

  private static func introduction(_ handle: UserHandle) -> Introduction? {
    guard let index = names.firstIndex(where: { handle.text.hasPrefix($0) }), index < 3,
      let name = try? FriendlyName(names[index].capitalized),
      let capabilities = Capabilities(decimal: capabilities[index].utf8)
    else { return nil }
    return Introduction(name: name, capabilities: capabilities)
  }

  let loop = NIOAsyncTestingEventLoop()
  let server: SwitchboardServer
  private let mint = TicketMint(key: SymmetricKey(size: .bits256))

  init(recorder: HistoryRecorder? = nil) {
    server = SwitchboardServer(
      SwitchboardNode(name: "sb-1", epoch: 3, address: HostPort(host: "192.0.2.20", port: 1863)),
      SwitchboardSettings(unixTime: { 1_726_321_960 }), on: loop, tickets: mint, route: Route(),
      numbering: CountedSessions(startingAfter: 100), recorder: recorder,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  func ticket(_ name: String, _ dialect: Dialect, _ purpose: TicketPurpose) throws -> String {
    let number = try #require(Self.names.firstIndex(of: name))
    return mint.mint(
      TicketClaim(
        account: Int64(number) + 1, handle: try #require(UserHandle("\(name)@example.com")), dialect: dialect,
        purpose: purpose, switchboard: SwitchboardIdentity(name: "sb-1", epoch: 3)),
      expires: 1_726_321_960 + 60)
  }

  /// Somebody's connection.
  func connects() async throws -> NIOAsyncTestingChannel {
    let channel = NIOAsyncTestingChannel(loop: loop)
    try await channel.testingEventLoop.executeInContext { [server] in try server.attach(to: channel) }
    try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
    return channel
  }

  func says(_ channel: NIOAsyncTestingChannel, _ bytes: ByteBuffer) async throws {
    try await channel.writeInbound(bytes)
    // The loop's clock begins at 0, and the switchboard sets the times of its answers by the real one.
    await loop.advanceTime(to: .now())
  }

  func says(_ channel: NIOAsyncTestingChannel, _ text: String) async throws {
    try await says(channel, ByteBuffer(string: text))
  }

  /// All that somebody was told since the last time.
  func told(_ channel: NIOAsyncTestingChannel) async throws -> ByteBuffer {
    var all = ByteBuffer()
    while var bytes = try await channel.readOutbound(as: ByteBuffer.self) { all.writeBuffer(&bytes) }
    return all
  }

  func heard(_ channel: NIOAsyncTestingChannel) async throws -> String { String(buffer: try await told(channel)) }

  /// Alice in a conversation of her own, whose number is 101.
  func alice(_ dialect: Dialect) async throws -> NIOAsyncTestingChannel {
    let channel = try await connects()
    try await says(channel, "USR 1 alice@example.com \(try ticket("alice", dialect, .open))\r\n")
    #expect(try await heard(channel) == "USR 1 OK alice@example.com Alice\r\n")
    return channel
  }

  /// Somebody whom `caller` invites, and who comes; what is told meanwhile is left to be heard.
  func joins(_ name: String, _ dialect: Dialect, by caller: NIOAsyncTestingChannel) async throws
    -> NIOAsyncTestingChannel
  {
    try await says(caller, "CAL 2 \(name)@example.com\r\n")
    let session = try #require(SessionID(101))
    #expect(try await heard(caller) == "CAL 2 RINGING 101\r\n")
    let channel = try await connects()
    try await says(channel, "ANS 1 \(name)@example.com \(try ticket(name, dialect, .answer(session))) 101\r\n")
    return channel
  }
}
