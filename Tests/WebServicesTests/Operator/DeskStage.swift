import Cluster
import Credentials
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

/// A web server in this process with its pages: accounts in a file of its own, and a desk that writes down what it is
/// told.
final class DeskStage: Sendable {
  static let now: Int64 = 1_800_000_000

  let desk: FakeDesk
  let store: SQLiteStore
  let log = RecordedLog()
  let address: HostPort
  private let server: WebServer
  private let pool: NIOThreadPool
  private let path: String

  init(
    desk: FakeDesk = FakeDesk(), pages: PageSettings = PageSettings(), publicURLs: [PublicURL] = []
  ) async throws {
    self.desk = desk
    path = FileManager.default.temporaryDirectory.path + "/monarch-desk-\(UUID().uuidString).sqlite"
    // Opening waits for the disk, and the servers of other tests need the few threads that tests run on.
    store = try await onThread { [path] in try SQLiteStore(path: path) }
    pool = NIOThreadPool(numberOfThreads: 2)
    pool.start()
    let silent = Logger(label: "web") { _ in SwiftLogNoOpLogHandler() }
    let seal = PasswordSeal(key: WebStage.key)
    let door = SignInDoor(
      store: store, oldClients: try OldClientSignIn(seal: seal), passwords: PasswordSignIn(cost: .testOnly),
      pool: pool, logger: silent)
    let group = MultiThreadedEventLoopGroup.singleton
    let gateway = Gateway(
      registry: FixedRegistry(
        notification: GatewayTarget(HostPort(host: "127.0.0.1", port: 1)),
        switchboard: GatewayTarget(HostPort(host: "127.0.0.1", port: 1)), dispatch: HostPort(host: "127.0.0.1", port: 1)
      ),
      mint: GatewayPrefaceMint(key: WebStage.key), unixTime: { DeskStage.now }, group: group, logger: silent)
    let services = PageServices(
      store: store, door: door, desk: desk, seal: seal, passwordCost: .testOnly, pool: pool,
      unixTime: { DeskStage.now }, logger: log.logger)
    server = WebServer(
      WebServer.Settings(
        advertised: HostPort(host: "192.0.2.41", port: 8080), publicURLs: publicURLs,
        site: "http://messenger.example.org/", pages: pages),
      WebServer.Services(
        door: door, tickets: WebTicketMint(key: WebStage.key), unixTime: { DeskStage.now }, gateway: gateway,
        pages: services),
      group: group, logger: silent)
    let listener = try await server.bind(HostPort(host: "127.0.0.1", port: 0), tls: nil)
    address = HostPort(host: "127.0.0.1", port: listener.port)
  }

  func end() async throws {
    await server.stop(within: .milliseconds(100))
    try await pool.shutdownGracefully()
    try store.close()
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }

  /// An account with the password `password`, and somebody signed in with it on the pages.
  func visitor(_ email: String, name: String? = nil, administrator: Bool = false) async throws -> Guest {
    let handle = try Guest.handle(email)
    let hash = try PasswordHash.make("password", cost: .testOnly).text
    let seal = PasswordSeal(key: WebStage.key)
    let name = try FriendlyName(name ?? String(email.prefix { $0 != "@" }))
    let made = try await store.create([
      NewAccount(handle: handle, name: name, passwordHash: hash) { try seal.seal("old password", for: $0.rawValue) }
    ])
    guard let account = made[handle] else { throw StoreFailure("no account was made for \(email)") }
    if administrator { _ = try await store.setAdministrator(handle, true) }
    let secret = PageSecret.random()
    try await store.openPageSession(secret.digest, of: account, now: DeskStage.now)
    return Guest(stage: self, handle: handle, account: account, secret: secret)
  }

  /// Asks for a page without any cookie.
  func get(_ path: String, host: String? = nil) async throws -> WebAnswer {
    try await ask("GET \(path) HTTP/1.1\r\nHost: \(host ?? "\(address)")\r\nConnection: close\r\n\r\n")
  }

  func ask(_ request: String) async throws -> WebAnswer {
    try await onThread { [address] in try WebClient.ask(address, request) }
  }
}

/// Somebody who is signed in on the pages.
struct Guest: Sendable {
  let stage: DeskStage
  let handle: UserHandle
  let account: AccountID
  let secret: PageSecret

  static func handle(_ email: String) throws -> UserHandle {
    guard let handle = UserHandle(email) else { throw StoreFailure("\(email) is no handle") }
    return handle
  }

  func get(_ path: String) async throws -> WebAnswer {
    try await stage.ask("GET \(path) HTTP/1.1\r\nHost: \(stage.address)\r\nCookie: monarch=\(secret.text)\r\n\r\n")
  }

  /// Sends a form with the token of the own pages, or with another.
  func post(_ path: String, _ fields: [(String, String)], token: String? = nil) async throws -> WebAnswer {
    let pairs = [("token", token ?? secret.formToken)] + fields
    let body = pairs.map { "\($0.0)=\(Guest.encoded($0.1))" }.joined(separator: "&")
    return try await stage.ask(
      "POST \(path) HTTP/1.1\r\nHost: \(stage.address)\r\nCookie: monarch=\(secret.text)\r\n"
        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
        String(decoding: [byte], as: UTF8.self)
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }.joined()
  }
}

/// Runs work against a stage of its own.
func withDesk(
  desk: FakeDesk = FakeDesk(), pages: PageSettings = PageSettings(), publicURLs: [PublicURL] = [],
  _ work: (DeskStage) async throws -> Void
) async throws {
  let stage = try await DeskStage(desk: desk, pages: pages, publicURLs: publicURLs)
  do {
    try await work(stage)
  } catch {
    try await stage.end()
    throw error
  }
  try await stage.end()
}
