import Cluster
import Credentials
import Crypto
import MSNP
import NIOCore
import NIOEmbedded
import NIOPosix
import Roster
import ServerKit
import Store
import TestKit
import Testing

@testable import NotificationServer

@Suite("Sign-ins that cross")
struct ClaimRaceTests {
  /// One account, whose old-client password is `secret`.
  private struct Accounts: CredentialStore, RosterStore {
    let sealed: [UInt8]

    func credentials(of handle: UserHandle, then: @escaping StoreAnswer<StoredCredentials?, StoreFailure>) {
      then(.success(StoredCredentials(account: Stage.alice, passwordHash: "", sealedOldPassword: sealed)))
    }
    func sessionRoster(of account: AccountID, then: @escaping StoreAnswer<SessionRoster?, StoreFailure>) {
      then(.success(nil))
    }
    func snapshot(of account: AccountID, then: @escaping StoreAnswer<RosterSnapshot?, StoreFailure>) {
      then(.success(nil))
    }
    func change(
      _ change: RosterChange, by account: AccountID, limits: ListLimits,
      then: @escaping StoreAnswer<ChangeOutcome, ChangeFailure>
    ) { then(.failure(.refused(.noSuchAccount))) }
  }

  private let loop = NIOAsyncTestingEventLoop()
  private let link = RecordingLink(NodeRun(name: "ns-1", epoch: 7))
  private let store = ScriptedSessions()
  private let pool = NIOThreadPool(numberOfThreads: 1)
  private let node: NotificationNode

  init() throws {
    let seal = PasswordSeal(key: SymmetricKey(size: .bits256))
    pool.start()
    node = NotificationNode(
      Stage.settings, store: Accounts(sealed: try seal.seal("secret", for: Stage.alice.rawValue)),
      oldClients: try OldClientSignIn(seal: seal), pool: pool,
      tickets: TicketMint(key: SymmetricKey(size: .bits256)),
      webTickets: WebTicketMint(key: SymmetricKey(size: .bits256)), placement: LinkPlacement(link),
      sharing: NotificationNode.Sharing(link: link, sessions: store, loop: loop), logger: .silent)
  }

  /// Comes and proves to be alice; answers when her account is being claimed.
  private func comes() async throws -> (
    channel: NIOAsyncTestingChannel, claim: Asked<(AccountID, NodeRun), SessionClaim?>
  ) {
    let channel = NIOAsyncTestingChannel(loop: loop)
    try await loop.executeInContext { try node.attach(to: channel) }
    try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
    try await channel.writeInbound(
      ByteBuffer(string: "VER 1 MSNP2 CVR0\r\nUSR 2 CTP I alice@example.com secret\r\n"))
    while store.claims.count == 0 {
      await loop.run()
      await Task.yield()
    }
    return (channel, try store.claims.take())
  }

  private func claim(_ generation: UInt64) throws -> SessionClaim {
    let roster = SessionRoster(
      handle: try Stage.handle("alice"), name: try FriendlyName("Alice"), privacy: Privacy(),
      forward: AccountSet([Stage.bob]), version: ListVersion(1))
    return SessionClaim(mark: SessionMark(generation: generation), loser: nil, roster: roster, contacts: [])
  }

  private func told(_ channel: NIOAsyncTestingChannel) async throws -> String {
    await loop.run()
    var all = ""
    while let bytes = try await channel.readOutbound(as: ByteBuffer.self) { all += String(buffer: bytes) }
    return all
  }

  @Test(
    "the session whose claim is older goes, and the other goes on being told of its contacts", .timeLimit(.minutes(1)))
  func crossing() async throws {
    let (older, olderClaim) = try await comes()
    let (newer, newerClaim) = try await comes()
    newerClaim.answer(try claim(9))
    #expect(try await told(newer).contains("USR 2 OK alice@example.com Alice\r\n"))
    olderClaim.answer(try claim(8))
    #expect(try await told(older).hasSuffix("OUT OTH\r\n"))
    try await newer.writeInbound(ByteBuffer(string: "CHG 3 NLN\r\n"))
    #expect(try await told(newer) == "CHG 3 NLN\r\n")
    node.board.apply(try placed(Stage.bob, "bob", 7, 1))
    #expect(try await told(newer) == "NLN NLN bob@example.com Bob\r\n")
    try await pool.shutdownGracefully()
  }

  @Test("the answer to a dismissal comes when the client has been told", .timeLimit(.minutes(1)))
  func dismissal() async throws {
    let (alice, aliceClaim) = try await comes()
    aliceClaim.answer(try claim(8))
    _ = try await told(alice)
    let other = NodeRun(name: "ns-2", epoch: 3)
    _ = link.takeSent()
    // While the loop is held nobody can be told anything.
    let early = try await loop.executeInContext {
      node.receive(["O 1 7 4", "O 2 8 5", "O 1 8 6"], over: .node("ns-1"), from: other)
      return link.takeSent()
    }
    #expect(early == [RecordingLink.Sent("E 4", .node("ns-2")), RecordingLink.Sent("E 5", .node("ns-2"))])
    #expect(try await told(alice) == "OUT OTH\r\n")
    #expect(link.takeSent().contains(RecordingLink.Sent("E 6", .node("ns-2"))))
    try await pool.shutdownGracefully()
  }

  @Test(
    "that an account is no more ends its session and is passed on to the switchboards, also when it comes twice",
    .timeLimit(.minutes(1)))
  func removal() async throws {
    let (alice, aliceClaim) = try await comes()
    aliceClaim.answer(try claim(8))
    _ = try await told(alice)
    _ = link.takeSent()
    let web = NodeRun(name: "web-1", epoch: 3)
    let removal = [RecordingLink.Sent("R 1", .switchboards)]
    node.receive(["R 1"], over: .notification, from: web)
    #expect(link.takeSent() == removal)
    #expect(try await told(alice) == "OUT\r\n")
    node.receive(["R 1"], over: .notification, from: web)
    #expect(link.takeSent().filter { $0.channel == .switchboards } == removal)
    // Who was let in again signs in like everybody.
    let (again, claimAgain) = try await comes()
    claimAgain.answer(try claim(9))
    #expect(try await told(again).contains("USR 2 OK alice@example.com Alice\r\n"))
    try await pool.shutdownGracefully()
  }

  @Test("sessions are listed as others see them, the latest first", .timeLimit(.minutes(1)))
  func sessions() async throws {
    #expect(node.sessions(limit: 10).isEmpty)
    let (alice, aliceClaim) = try await comes()
    aliceClaim.answer(try claim(8))
    _ = try await told(alice)
    let hidden = try #require(node.session(of: try Stage.handle("alice")))
    #expect(hidden.state.account == Stage.alice)
    #expect(hidden.state.mark.generation == 8)
    #expect(hidden.state.presence == nil)
    #expect(hidden.since == 1_726_321_960)
    try await alice.writeInbound(ByteBuffer(string: "CHG 3 BSY\r\n"))
    _ = try await told(alice)
    #expect(node.sessions(limit: 10).map(\.state.presence?.status) == [.busy])
    #expect(node.sessions(limit: 0).isEmpty)
    #expect(node.session(of: try Stage.handle("bob")) == nil)
    try await pool.shutdownGracefully()
  }

  @Test("too long a state to be told is read while anybody claims", .timeLimit(.minutes(1)))
  func look() async throws {
    let other = NodeRun(name: "ns-2", epoch: 3)
    node.receive(["L 2"], over: .notification, from: other)
    #expect(store.lookups.count == 0)
    let (alice, aliceClaim) = try await comes()
    node.receive(["L 2"], over: .notification, from: other)
    try store.lookups.take().answer([try placed(Stage.bob, "bob", 7, 1)])
    aliceClaim.answer(try claim(8))
    _ = try await told(alice)
    try await alice.writeInbound(ByteBuffer(string: "CHG 3 NLN\r\n"))
    #expect(try await told(alice) == "CHG 3 NLN\r\nILN 3 NLN bob@example.com Bob\r\n")
    try await pool.shutdownGracefully()
  }
}
