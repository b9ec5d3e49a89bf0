import Cluster
import Credentials
import Crypto
import Foundation
import Logging
import MSNP
import NIOCore
import NIOPosix
import Roster
import SQLiteStore
import ServerKit
import SignIn
import Store
import Synchronization
import TestKit

@testable import WebServices

/// A web server with the pages for people, in this process and on a store of its own. Every password is `password`.
final class PageStage: Sendable {
  static let key = SymmetricKey(data: Array(repeating: UInt8(7), count: 32))
  static let password = "password"

  let store: any PagesStore
  let desk = RecordingDesk()
  let address: HostPort
  let seal = PasswordSeal(key: PageStage.key)
  private let clock: PageClock
  private let judgements: JudgementCount
  private let file: SQLiteStore
  let sweeper: PageSweeper
  private let folder: String
  private let server: WebServer
  private let pool: NIOThreadPool

  init(_ pages: PageSettings, trusted: AddressBlocks, publicURLs: [PublicURL]) async throws {
    folder = FileManager.default.temporaryDirectory.path + "/monarch-pages-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // Opening waits for the disk, and the servers of other tests need the few threads that tests run on.
    file = try await onThread { [folder] in try SQLiteStore(path: folder + "/monarch.sqlite") }
    store = file
    let clock = PageClock()
    self.clock = clock
    pool = NIOThreadPool(numberOfThreads: 2)
    pool.start()
    var logger = Logger(label: "pages") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let judgements = JudgementCount()
    let door = SignInDoor(
      store: store, oldClients: try OldClientSignIn(seal: seal), passwords: PasswordSignIn(cost: .testOnly),
      pool: pool, logger: logger, tell: { _, _, _ in judgements.add() })
    self.judgements = judgements
    let services = PageServices(
      store: store, door: door, desk: desk, seal: seal, passwordCost: .testOnly, pool: pool,
      unixTime: { clock.now })
    sweeper = PageSweeper(services: services, historyDays: pages.historyDays, logger: logger)
    server = WebServer(
      WebServer.Settings(
        advertised: HostPort(host: "192.0.2.41", port: 8080), publicURLs: publicURLs, trustedProxies: trusted,
        site: "http://messenger.example.org/", pages: pages),
      WebServer.Services(
        door: door, tickets: WebTicketMint(key: PageStage.key), unixTime: { clock.now },
        pages: services),
      group: MultiThreadedEventLoopGroup.singleton, logger: logger)
    let listener = try await server.bind(HostPort(host: "127.0.0.1", port: 0), tls: nil)
    address = HostPort(host: "127.0.0.1", port: listener.port)
  }

  /// Seconds since 1970, as the pages see them.
  var now: Int64 { clock.now }

  func wait(_ seconds: Int64) { clock.wait(seconds) }

  /// How many passwords were looked at.
  var passwordsJudged: Int { judgements.count }

  /// Makes `alice@example.com` for `alice`, called Alice.
  @discardableResult
  func account(_ who: String, name: String? = nil) async throws -> AccountID {
    let handle = try handle(who)
    let hash = try PasswordHash.make(PageStage.password, cost: .testOnly).text
    let account = NewAccount(
      handle: handle, name: try FriendlyName(name ?? who.capitalized), passwordHash: hash)
    guard let made = try await store.create([account])[handle] else { throw StoreFailure("\(who) is there already") }
    return made
  }

  func handle(_ who: String) throws -> UserHandle {
    guard let handle = UserHandle(who.contains("@") ? who : "\(who)@example.com") else {
      throw StoreFailure("\(who) is no handle")
    }
    return handle
  }

  func member(_ who: String) async throws -> MemberRecord? { try await store.member(try handle(who)) }

  @discardableResult
  func change(_ account: AccountID, _ change: RosterChange) async throws -> ChangeOutcome {
    try await withCheckedThrowingContinuation { answer in
      store.change(change, by: account, limits: ListLimits()) { answer.resume(with: $0) }
    }
  }

  /// A good invitation.
  func invitation(
    uses: Int = 1, lasting seconds: Int64 = 3600, makesAdministrator: Bool = false
  ) async throws -> String {
    let code = InvitationCode.random()
    try await store.invite(
      Invitation(
        digest: code.digest, created: now, expires: now + seconds, uses: uses, makesAdministrator: makesAdministrator))
    return code.text
  }

  func keep(_ messages: [RelayedMessage]) async throws {
    try await withCheckedThrowingContinuation { answer in
      store.keep(messages) { answer.resume(with: $0) }
    }
  }

  /// Somebody who has not signed in, from an address of their own if told.
  func visitor(from address: String? = nil) -> WebVisitor {
    let visitor = WebVisitor(at: self.address, host: "messenger.example.org")
    if let address { visitor.extraHeaders = ["X-Forwarded-For: \(address)"] }
    return visitor
  }

  /// Somebody who has signed in by the page.
  func signedIn(_ who: String, password: String = password, from address: String? = nil) throws -> WebVisitor {
    let visitor = visitor(from: address)
    try visitor.open("/signin")
    try visitor.submit("/signin", ["E-mail address": try handle(who).text, "Password": password])
    guard visitor.path == "/account" else { throw StoreFailure("\(who) was not let in: \(visitor.page)") }
    return visitor
  }

  /// From now on the store answers nothing.
  func takeStoreAway() throws { try file.close() }

  func end() async throws {
    await server.stop(within: .milliseconds(100))
    try await pool.shutdownGracefully()
    try? file.close()
    try FileManager.default.removeItem(atPath: folder)
  }
}

/// Runs a test on a server of its own.
func withPages(
  _ pages: PageSettings = PageSettings(), trusted: AddressBlocks = AddressBlocks(), publicURLs: [PublicURL] = [],
  _ work: @escaping @Sendable (PageStage) async throws -> Void
) async throws {
  let stage = try await PageStage(pages, trusted: trusted, publicURLs: publicURLs)
  do {
    try await work(stage)
  } catch {
    try await stage.end()
    throw error
  }
  try await stage.end()
}

/// A clock that goes on when it is told.
private final class PageClock: Sendable {
  private let time = Mutex<Int64>(1_800_000_000)
  var now: Int64 { time.withLock { $0 } }
  func wait(_ seconds: Int64) { time.withLock { $0 += seconds } }
}

private final class JudgementCount: Sendable {
  private let judged = Mutex(0)
  var count: Int { judged.withLock { $0 } }
  func add() { judged.withLock { $0 += 1 } }
}

/// A desk that notes what it is told.
final class RecordingDesk: ServiceDesk {
  private let told = Mutex<(notices: [Notice], putOut: [AccountID])>(([], []))

  var notices: [Notice] { told.withLock(\.notices) }
  var putOut: [AccountID] { told.withLock(\.putOut) }

  var canDrain: Bool { false }
  func dispatchServers() async throws -> [HostPort] { [] }
  func nodes() async throws -> [NodeRecord] { [] }
  func signedInCount() async throws -> Int { 0 }
  func signedIn(limit: Int) async throws -> [SignedInPerson] { [] }
  func signOut(_ handle: UserHandle) async throws -> Bool { false }
  func drain(_ node: String) async throws -> Bool { false }
  func announce(_ alert: Alert) async throws {}
  func announceMaintenance(minutes: Int) async throws {}
  func post(_ notices: [Notice]) { told.withLock { $0.notices += notices } }
  func putOut(_ account: AccountID) { told.withLock { $0.putOut.append(account) } }
}
