import Credentials
import Foundation
import MSNP
import NIOCore
import SQLiteStore
import Store
import Synchronization
import TestKit
import Testing

@testable import Monarch

/// Administration of a running server: its socket in this process, over a store of its own.
@Suite struct AdministrationSocketTests {
  /// What signed-in people would be told.
  final class Told: Sendable {
    private let lines = Mutex<[String]>([])
    func note(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  let folder: DataFolder
  let owner: TestFolder
  let store: SQLiteStore
  let local: LocalAdministration
  let told = Told()

  init() throws {
    owner = try TestFolder()
    folder = DataFolder(path: owner.data)
    try folder.prepare()
    store = try SQLiteStore(path: folder.database)
    let seal = PasswordSeal(key: try KeyFile.openOrCreate(path: folder.keys).oldClientPasswords)
    let changes = LocalAdministration.Changes(
      removed: { [told] in told.note("put out \($0)") },
      noticed: { [told] notices in for notice in notices { told.note("\(notice)") } })
    local = LocalAdministration(store: store, seal: seal, changes: changes)
  }

  /// Runs the server side around a test.
  private func withServer(_ work: (SocketAdministration) async throws -> Void) async throws {
    let socket = try await AdministrationSocket.start(path: folder.socket, administration: local)
    let result: Result<Void, any Error>
    do {
      result = .success(try await work(try #require(try SocketAdministration(path: folder.socket))))
    } catch { result = .failure(error) }
    await socket.stop()
    try result.get()
  }

  private func handle(_ name: String) throws -> UserHandle { try #require(UserHandle("\(name)@example.com")) }

  private func order(_ name: String, oldPassword: String? = nil) throws -> AccountOrder {
    let hash = try PasswordHash.make("secret", cost: .testOnly).text
    return AccountOrder(
      handle: try handle(name), name: name.capitalized, password: PasswordOrder(hash: hash, oldPassword: oldPassword))
  }

  @Test func everyRequestDoesWhatItDoesLocally() async throws {
    try await withServer { server in
      let (alice, bob) = (try handle("alice"), try handle("bob"))
      let orders = [try order("alice"), try order("bob", oldPassword: "hunter2"), try order("alice")]
      #expect(try await server.add(orders) == [alice, bob, alice])
      #expect(try await server.add(orders).isEmpty)

      let list = try await server.list(after: nil, limit: 10)
      #expect(list.map(\.handle) == [alice, bob])
      #expect(list.map(\.name) == ["Alice", "Bob"])
      #expect(list.map(\.admitsOldClients) == [false, true])
      #expect(try await server.list(after: list[0].account, limit: 10) == [list[1]])
      #expect(try await server.list(after: nil, limit: 1) == [list[0]])

      let made = try await server.makeContacts([
        HandlePair(first: alice, second: bob), HandlePair(first: bob, second: try handle("nobody")),
      ])
      #expect(made == ContactsMade(count: 2, unknown: [try handle("nobody")]))
      try await server.block([HandlePair(first: bob, second: alice)])
      let portrait = try #require(try await server.show(bob))
      #expect(portrait.contacts == [AccountPortrait.Contact(handle: alice, lists: ["FL", "BL", "RL"])])
      #expect(try await server.show(bob) == local.show(bob))
      #expect(try await server.show(try handle("nobody")) == nil)

      #expect(try await server.rename(bob, to: FriendlyName("Bob Ü")))
      #expect(try await !server.rename(try handle("nobody"), to: FriendlyName("X")))
      let password = PasswordOrder(hash: orders[0].password.hash, oldPassword: "other")
      #expect(try await server.setPassword(alice, password))
      #expect(try await !server.setPassword(try handle("nobody"), password))

      let page = try await server.export(after: nil, limit: 10, secrets: true)
      #expect(page.users.map(\.oldPassword) == ["other", "hunter2"])
      #expect(page.users.map(\.passwordHash) == [orders[0].password.hash, orders[1].password.hash])
      #expect(page.users.map(\.name) == ["Alice", "Bob Ü"])
      #expect(page.users.map(\.blocked) == [[], [alice]])
      #expect(page.next == nil)
      #expect(try await server.export(after: nil, limit: 1, secrets: false).next == list[0].account)

      #expect(try await server.setAdministrator(alice, true))
      #expect(try await !server.setAdministrator(try handle("nobody"), true))
      #expect(try await server.setBanned(bob, true))
      #expect(try await !server.setBanned(try handle("nobody"), true))
      #expect(try await server.show(alice)?.isAdministrator == true)
      #expect(try await server.show(bob)?.isBanned == true)
      #expect(try await server.setBanned(bob, false))
      #expect(try await server.show(bob)?.isBanned == false)

      #expect(try await server.remove(bob))
      #expect(try await !server.remove(bob))
      #expect(try await server.list(after: nil, limit: 10).map(\.handle) == [alice])
    }
  }

  @Test func invitationsAndHistoriesGoThroughTheServer() async throws {
    try await withServer { server in
      let code = InvitationCode.random()
      let now = Int64(Date().timeIntervalSince1970)
      let invitation = InvitationSummary(
        of: code, now: now, seconds: 60, uses: 2, makesAdministrator: true, note: "note")
      try await server.invite(invitation)
      #expect(try await server.invitations() == [invitation])
      #expect(try await server.revokeInvitation("00000000") == nil)
      #expect(try await server.revokeInvitation(invitation.name) == invitation)
      #expect(try await server.invitations() == [])

      let alice = try handle("alice")
      #expect(try await server.history(of: alice, since: 0, after: nil, limit: 9) == nil)
      _ = try await server.add([try order("alice")])
      #expect(try await server.history(of: alice, since: 0, after: nil, limit: 9) == [])
      let account = try #require(try await store.member(alice)).account
      #expect(try await store.setKeepsHistory(of: account, true))
      let said = (1...3).map { number in
        RelayedMessage(
          conversation: GUID(high: 1, low: 2), number: number, time: Int64(number) * 1_000, sender: alice,
          senderName: FriendlyName(alice), text: "\(number)", people: [.init(account: account, handle: alice)])
      }
      try await withCheckedThrowingContinuation { continuation in
        store.keep(said) { continuation.resume(with: $0) }
      }
      let first = try #require(try await server.history(of: alice, since: 2_000, after: nil, limit: 1))
      #expect(first.map(\.text) == ["2"])
      #expect(try await server.history(of: alice, since: 2_000, after: first.last, limit: 9)?.map(\.text) == ["3"])
    }
  }

  @Test func aBanPutsOutAtOnceAndLettingInDoesNot() async throws {
    try await withServer { server in
      let alice = try handle("alice")
      _ = try await server.add([try order("alice")])
      #expect(try await server.setBanned(alice, true))
      #expect(told.all == ["put out account 1"])
      #expect(try await server.setBanned(alice, false))
      #expect(told.all == ["put out account 1"])
    }
  }

  @Test func tellsWhoIsSignedIn() async throws {
    try await withServer { server in
      let (alice, bob) = (try handle("alice"), try handle("bob"))
      _ = try await server.add([try order("alice"), try order("bob")])
      _ = try await server.rename(alice, to: FriendlyName("Alice W"))
      _ = try await server.makeContacts([HandlePair(first: alice, second: bob)])
      _ = try await server.remove(bob)
    }
    let all = told.all
    func tells(_ line: String, _ words: [String]) -> Bool { words.allSatisfy(line.contains) }
    #expect(tells(all.first ?? "", ["account: account 1,", "renamed(Alice W)"]))
    #expect(all.contains { tells($0, ["account: account 2,", "reverseAdded(alice@example.com, Alice W)"]) })
    #expect(all.contains { tells($0, ["account: account 1,", "reverseAdded(bob@example.com, Bob)"]) })
    #expect(all.contains("put out account 2"))
    #expect(all.last.map { tells($0, ["account: account 1,", "reverseRemoved(bob@example.com)"]) } == true)
  }

  @Test func sealsOldClientPasswords() async throws {
    try await withServer { server in
      _ = try await server.add([try order("bob", oldPassword: "hunter2hunter2")])
    }
    let sealed = try #require(try await store.account(try handle("bob"))?.sealedOldPassword)
    #expect(String(decoding: sealed, as: UTF8.self).contains("hunter2") == false)
    let file = try Data(contentsOf: URL(fileURLWithPath: folder.database))
    let log = try Data(contentsOf: URL(fileURLWithPath: folder.database + "-wal"))
    #expect((file + log).range(of: Data("hunter2".utf8)) == nil)
  }

  @Test func refusesWhatNoCommandSends() async throws {
    try await withServer { server in
      let weak = PasswordOrder(hash: "plain", oldPassword: nil)
      await #expect(throws: AdministrationFailure.passwordHash) {
        try await server.add([AccountOrder(handle: try handle("bob"), name: nil, password: weak)])
      }
      let unknown =
        #"{"failed":{"reason":"the running server does not know this request: run the command from the"#
        + #" same version of monarch"}}"#
      let requests = [
        "{}", "nonsense", #"{"format":{"disk":true}}"#, #"{"remove":{"handle":"bob"}}"#,
        #"{"remove":{"handle":"bob@example.com"}}"#,
      ]
      let answers = try await onThread { [path = folder.socket] in
        let raw = try RawConnection(path)
        return try requests.map { try raw.ask($0 + "\n") }
      }
      #expect(answers == [unknown, unknown, unknown, unknown, #"{"done":{"found":false}}"#])
    }
  }

  @Test func cutsOffARequestWithoutEnd() async throws {
    try await withServer { server in
      let answer = try await onThread { [path = folder.socket] in
        let raw = try RawConnection(path)
        raw.pour(byte: UInt8(ascii: "x"), count: AdministrationRequest.maximumLength + (1 << 20))
        return raw.nextLine()
      }
      #expect(answer == nil)
      #expect(try await server.list(after: nil, limit: 1).isEmpty)
    }
  }

  @Test func theSocketIsItsOwnersAlone() async throws {
    try await withServer { _ in
      let rights = try FileManager.default.attributesOfItem(atPath: folder.socket)[.posixPermissions] as? NSNumber
      #expect(rights?.intValue == 0o600)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.socket))
    #expect(try SocketAdministration(path: folder.socket) == nil)
  }

  @Test func aSocketLeftBehindIsReplaced() async throws {
    close(try UnixSocket.bound(to: folder.socket))
    #expect(FileManager.default.fileExists(atPath: folder.socket))
    #expect(try SocketAdministration(path: folder.socket) == nil)
    try await withServer { server in
      let users = try await server.list(after: nil, limit: 1)
      #expect(users.isEmpty)
    }
  }

  @Test func aPathThatNoSocketCanHaveIsExplained() {
    let path = "/tmp/" + String(repeating: "x", count: 120)
    #expect(
      throws: AdministrationFailure(
        "the path \(path) is longer than the 107 bytes a socket may have: choose a folder with a shorter path, or give"
          + " it relative to the current folder")
    ) { try UnixSocket.bound(to: path) }
  }
}

/// A client of the socket that says what it likes. Blocking, for use on a thread of its own.
private final class RawConnection {
  private let descriptor: Int32
  private var unread: [UInt8] = []

  init(_ path: String) throws { descriptor = try #require(try UnixSocket.connected(to: path)) }

  deinit { close(descriptor) }

  func ask(_ text: String) throws -> String? {
    let bytes = Array(text.utf8)
    #expect(send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    return nextLine()
  }

  /// Sends the byte so often, or until the other end has enough.
  func pour(byte: UInt8, count: Int) {
    let chunk = [UInt8](repeating: byte, count: 1 << 16)
    for _ in 0..<count / chunk.count {
      guard send(descriptor, chunk, chunk.count, Int32(MSG_NOSIGNAL)) > 0 else { return }
    }
  }

  func nextLine() -> String? {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let lineFeed = unread.firstIndex(of: 0x0a) {
        defer { unread.removeFirst(lineFeed + 1) }
        return String(decoding: unread[..<lineFeed], as: UTF8.self)
      }
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      unread += chunk[..<count]
    }
  }
}
