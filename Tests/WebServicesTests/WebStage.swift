import Credentials
import Crypto
import Dispatch
import Foundation
import Logging
import MSNP
import NIOCore
import NIOPosix
import Roster
import ServerKit
import SignIn
import Store
import Synchronization
import TestKit

@testable import WebServices

/// A web server in this process, with accounts of its own, on a port of loopback.
final class WebStage: Sendable {
  static let now: Int64 = 1_800_000_000
  static let key = SymmetricKey(data: Array(repeating: UInt8(7), count: 32))

  let accounts: FakeAccounts
  let server: WebServer
  let tickets = WebTicketMint(key: WebStage.key)
  let address: HostPort
  private let pool: NIOThreadPool

  init(
    times: RequestTimes = RequestTimes(), publicURLs: [PublicURL] = [], trusted: AddressBlocks = AddressBlocks(),
    maximumRequests: Int = 1024, cost: PasswordCost = .testOnly
  ) async throws {
    accounts = FakeAccounts(cost: cost)
    pool = NIOThreadPool(numberOfThreads: 2)
    pool.start()
    var logger = Logger(label: "web") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let door = SignInDoor(
      store: accounts, oldClients: try OldClientSignIn(seal: PasswordSeal(key: WebStage.key)),
      passwords: PasswordSignIn(cost: cost), pool: pool, logger: logger)
    let settings = WebServer.Settings(
      advertised: HostPort(host: "192.0.2.41", port: 8080), publicURLs: publicURLs, trustedProxies: trusted,
      site: "http://messenger.example.org/", times: times, maximumRequests: maximumRequests)
    server = WebServer(
      settings, WebServer.Services(door: door, tickets: tickets, unixTime: { WebStage.now }),
      group: MultiThreadedEventLoopGroup.singleton, logger: logger)
    let listener = try await server.bind(HostPort(host: "127.0.0.1", port: 0), tls: nil)
    address = HostPort(host: "127.0.0.1", port: listener.port)
  }

  /// Ends server and threads.
  func end() async throws {
    await server.stop(within: .milliseconds(100))
    try await pool.shutdownGracefully()
  }
}

/// Runs blocking work against a server of its own.
func withWeb(
  times: RequestTimes = RequestTimes(), publicURLs: [PublicURL] = [], trusted: AddressBlocks = AddressBlocks(),
  maximumRequests: Int = 1024, cost: PasswordCost = .testOnly, _ work: @escaping @Sendable (WebStage) throws -> Void
) async throws {
  let stage = try await WebStage(
    times: times, publicURLs: publicURLs, trusted: trusted, maximumRequests: maximumRequests, cost: cost)
  do {
    try await onThread { try work(stage) }
  } catch {
    try await stage.end()
    throw error
  }
  try await stage.end()
}

/// alice@example.com with the password `password`, and trent@example.com with `p,w d%+é`; a store that can be away, or
/// slow.
final class FakeAccounts: CredentialStore {
  private struct State {
    var isAway = false
    var held: [@Sendable () -> Void] = []
    var holds = false
  }

  private let known: [UserHandle: StoredCredentials]
  private let state = Mutex(State())
  private let asked = DispatchSemaphore(value: 0)

  /// - Parameter cost: that of the accounts' hashes.
  init(cost: PasswordCost = .testOnly) {
    let people = [("alice@example.com", "password"), ("trent@example.com", "p,w d%+é")]
    var known: [UserHandle: StoredCredentials] = [:]
    for (number, person) in people.enumerated() {
      guard let handle = UserHandle(person.0), let hash = try? PasswordHash.make(person.1, cost: cost) else {
        continue
      }
      known[handle] = StoredCredentials(
        account: AccountID(Int64(number + 1)), passwordHash: hash.text, sealedOldPassword: nil)
    }
    self.known = known
  }

  var isAway: Bool {
    get { state.withLock(\.isAway) }
    set { state.withLock { $0.isAway = newValue } }
  }

  /// Nobody is answered until ``release()``.
  func hold() { state.withLock { $0.holds = true } }

  func release() {
    let held = state.withLock { state in
      defer { (state.held, state.holds) = ([], false) }
      return state.held
    }
    for answer in held { answer() }
  }

  /// Waits until somebody is held.
  func waitUntilAsked() throws {
    guard asked.wait(timeout: .now() + 20) == .success else { throw StoreFailure("nobody asked") }
  }

  func credentials(of handle: UserHandle, then: @escaping StoreAnswer<StoredCredentials?, StoreFailure>) {
    let found = known[handle]
    let answer: @Sendable () -> Void = { [self] in
      then(isAway ? .failure(StoreFailure("away")) : .success(found))
    }
    let isHeld = state.withLock { state in
      if state.holds { state.held.append(answer) }
      return state.holds
    }
    if isHeld {
      asked.signal()
    } else {
      answer()
    }
  }
}
