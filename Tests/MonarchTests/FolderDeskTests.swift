import Cluster
import Credentials
import MSNP
import Roster
import SQLiteStore
import Store
import Synchronization
import TestKit
import Testing

@testable import Monarch

/// Operators' commands on a running `monarch dev`: its socket in this process, with sessions that the test makes up.
@Suite struct FolderDeskTests {
  /// What the server was told.
  private final class Told: Sendable {
    private let events = Mutex<[ClusterEvent]>([])
    func note(_ event: ClusterEvent) { events.withLock { $0.append(event) } }
    var all: [ClusterEvent] { events.withLock(\.self) }
  }

  private let owner: TestFolder
  private let folder: DataFolder
  private let local: LocalAdministration
  private let told = Told()
  private let alice: UserHandle

  init() throws {
    owner = try TestFolder()
    folder = DataFolder(path: owner.data)
    try folder.prepare()
    let seal = PasswordSeal(key: try KeyFile.openOrCreate(path: folder.keys).oldClientPasswords)
    local = LocalAdministration(store: try SQLiteStore(path: folder.database), seal: seal)
    alice = try #require(UserHandle("alice@example.com"))
  }

  /// Alice's session until the server has been told to end it.
  private var service: RunningService {
    let line = SessionLine(state: "P 17 90 3 alice@example.com BSY Alice E -", since: 1_790_000_000)
    let isOver: @Sendable () -> Bool = { [told] in told.all.contains(.signOut(AccountID(17), generation: 90)) }
    return RunningService(
      sessions: { isOver() ? [] : Array(repeating: line, count: min($0, 1)) },
      session: { [alice] in $0 == alice && !isOver() ? line : nil }, tell: { [told] in told.note($0) })
  }

  /// Runs blocking work with a desk, around which the server side runs.
  private func atDesk<Value: Sendable>(_ work: @escaping @Sendable (FolderDesk) throws -> Value) async throws -> Value {
    let socket = try await AdministrationSocket.start(
      path: folder.socket, administration: local, service: service)
    let result: Result<Value, any Error>
    do {
      result = .success(try await onThread { [folder] in try work(FolderDesk(folder)) })
    } catch { result = .failure(error) }
    await socket.stop()
    return try result.get()
  }

  @Test func sessionsStandInTheTableOfClusters() async throws {
    let text = try await atDesk { Sessions.text(try $0.sessions(limit: 100), limit: 100) }
    #expect(
      text == """
        USER               NODE         STATUS  SINCE
        alice@example.com  monarch dev  BSY     2026-09-21T14:13:20Z
        """)
  }

  @Test func kickWaitsUntilTheSessionIsOver() async throws {
    let alice = alice
    let text = try await atDesk { try Kick.order(alice, at: $0, patience: Patience(looks: 3, pause: {})) }
    #expect(text == "alice@example.com is signed out of monarch dev.")
    #expect(told.all == [.signOut(AccountID(17), generation: 90)])
  }

  @Test func alertsAndMaintenanceReachTheServer() async throws {
    let alice = alice
    let bob = try #require(UserHandle("bob@example.com"))
    let alert = try Alert(number: 5, text: "Back at six.")
    let texts = try await atDesk { desk in
      [
        try AlertCommand.order(alert, to: nil, at: desk), try AlertCommand.order(alert, to: alice, at: desk),
        try Maintenance.order(minutes: 5, at: desk),
      ]
    }
    #expect(
      texts == [
        "The alert is on its way to everybody who is signed in.",
        "The alert is on its way to alice@example.com, on monarch dev.",
        "Everybody who is signed in is being told that the service goes down in 5 minutes.",
      ])
    #expect(told.all == [.alert(alert, to: nil), .alert(alert, to: AccountID(17)), .maintenance(minutes: 5)])
    await #expect(throws: AdministrationFailure("bob@example.com is not signed in: 'monarch sessions' shows who is")) {
      try await atDesk { try AlertCommand.order(alert, to: bob, at: $0) }
    }
  }

  @Test func whatNoServerOfThisVersionSaysIsRefused() async throws {
    await #expect(throws: StoreFailure("the running server does not know this event: restart it")) {
      try await atDesk { try $0.send("Z 5", to: .notification) }
    }
    #expect(told.all == [])
  }

  @Test func aFolderOnWhichNothingRunsIsExplained() throws {
    #expect(
      throws: AdministrationFailure(
        "no server runs on the folder \(folder.path): start it with 'monarch dev --data \(folder.path)'")
    ) {
      try FolderDesk(folder)
    }
    let nowhere = DataFolder(path: folder.path + "/nowhere")
    #expect(
      throws: AdministrationFailure(
        "there is no service in the folder \(nowhere.path): give its folder with --data")
    ) { try FolderDesk(nowhere) }
  }
}
