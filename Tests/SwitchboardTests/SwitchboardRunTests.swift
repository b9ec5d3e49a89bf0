import Cluster
import Credentials
import Crypto
import Logging
import MSNP
import NIOCore
import NIOEmbedded
import Roster
import Synchronization
import Testing

@testable import Switchboard

@Suite("A switchboard's runs and its end")
struct SwitchboardRunTests {
  private struct Nobody: RingRoute {
    func ring(_ ring: Ring, answer: @escaping @Sendable (RingAnswer) -> Void) { answer(.unavailable) }
    func introduction(of account: AccountID, answer: @escaping @Sendable (Introduction?) -> Void) { answer(nil) }
  }

  private final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
  }

  private let mint = TicketMint(key: SymmetricKey(size: .bits256))
  private let loop = NIOAsyncTestingEventLoop()
  private let server: SwitchboardServer

  init() {
    server = SwitchboardServer(
      SwitchboardNode(name: "sb-1", epoch: 3, address: HostPort(host: "192.0.2.20", port: 1863)),
      SwitchboardSettings(unixTime: { 1_726_321_960 }), on: loop, tickets: mint, route: Nobody(),
      numbering: CountedSessions(startingAfter: 100),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func ticket(_ epoch: UInt64, expires: Int64 = 1_726_321_960 + 60) throws -> String {
    mint.mint(
      TicketClaim(
        account: 7, handle: try #require(UserHandle("alice@example.com")), dialect: .msnp7, purpose: .open,
        switchboard: SwitchboardIdentity(name: "sb-1", epoch: epoch)),
      expires: expires)
  }

  /// Comes with a ticket; answers with the connection and what it was told.
  private func comes(_ ticket: String) async throws -> (channel: NIOAsyncTestingChannel, told: String) {
    let channel = NIOAsyncTestingChannel(loop: loop)
    try await channel.testingEventLoop.executeInContext { try server.attach(to: channel) }
    try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
    try await channel.writeInbound(ByteBuffer(string: "USR 1 alice@example.com \(ticket)\r\n"))
    await loop.run()
    let told = try await channel.readOutbound(as: ByteBuffer.self)
    return (channel, told.map { String(buffer: $0) } ?? "")
  }

  @Test("tickets for earlier runs of this process stay good, each for one use")
  func tickets() async throws {
    server.takeRun(NodeRun(name: "sb-1", epoch: 4))
    #expect(server.node.epoch == 4)
    for epoch in [3, 4] as [UInt64] {
      let ticket = try ticket(epoch)
      #expect(try await comes(ticket).told == "USR 1 OK alice@example.com alice@example.com\r\n", "\(epoch)")
      #expect(try await comes(ticket).told == "911 1\r\n", "\(epoch)")
    }
    #expect(try await comes(ticket(5)).told == "911 1\r\n")
    #expect(try await comes(ticket(2)).told == "911 1\r\n")
  }

  @Test("tickets from before an account was put out are void, later ones are of who was let in again")
  func putOut() async throws {
    let (channel, _) = try await comes(ticket(3))
    server.putOut(AccountID(7))
    await loop.run()
    #expect(!channel.isActive)
    #expect(try await comes(ticket(3)).told == "911 1\r\n")
    let lifetime = TicketMint.lifetime
    #expect(try await comes(ticket(3, expires: 1_726_321_960 + lifetime)).told == "911 1\r\n")
    let later = try ticket(3, expires: 1_726_321_961 + lifetime)
    #expect(try await comes(later).told == "USR 1 OK alice@example.com alice@example.com\r\n")
  }

  @Test("a run that the others took for dead comes back under another number; the last four count")
  func runs() async throws {
    for epoch in 4...7 as ClosedRange<UInt64> { server.takeRun(NodeRun(name: "sb-1", epoch: epoch)) }
    server.takeRun(NodeRun(name: "sb-1", epoch: 7))
    #expect(server.node.epoch == 7)
    #expect(try await comes(ticket(3)).told == "911 1\r\n")
    #expect(try await comes(ticket(4)).told == "USR 1 OK alice@example.com alice@example.com\r\n")
  }

  @Test("draining ends with the last conversation", .timeLimit(.minutes(1)))
  func drain() async throws {
    let (channel, _) = try await comes(ticket(3))
    let drained = Flag()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [server, drained] in
        await server.drain(within: .hours(1_000_000))
        drained.set()
      }
      for _ in 0..<50 { await passes() }
      #expect(!drained.isSet)
      _ = try? await channel.writeInbound(ByteBuffer(string: "OUT\r\n"))
      while !drained.isSet { await passes() }
    }
  }

  @Test("draining ends when the time is over, and closes what is left", .timeLimit(.minutes(1)))
  func drainTimesOut() async throws {
    let (channel, _) = try await comes(ticket(3))
    let drained = Flag()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [server, drained] in
        await server.drain(within: .seconds(30))
        drained.set()
      }
      while !drained.isSet { await passes() }
    }
    // The last lines have a moment to go out.
    await loop.advanceTime(by: .seconds(10))
    #expect(!channel.isActive)
  }

  @Test("a conversation that ends of silence is counted no more")
  func idle() async throws {
    let (channel, _) = try await comes(ticket(3))
    func counts() -> [Int] {
      [server.counts.conversations.load(ordering: .relaxed), server.counts.people.load(ordering: .relaxed)]
    }
    #expect(counts() == [1, 1])
    try await loop.executeInContext { server.endIdleConversations(.now() + .hours(1)) }
    #expect(counts() == [0, 0])
    withExtendedLifetime(channel) {}
  }

  /// A fifth of a second passes for the switchboard, and others come to work.
  private func passes() async {
    await loop.advanceTime(by: .milliseconds(200))
    await Task.yield()
  }
}
