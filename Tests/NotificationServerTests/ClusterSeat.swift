import Cluster
import MSNP
import NIOCore
import NIOEmbedded
import Roster
import Store
import TestKit
import Testing

@testable import NotificationServer

/// A server's book and board, on a clock, a database and a bus that the test holds.
struct ClusterSeat {
  let loop = EmbeddedEventLoop()
  let link = RecordingLink(NodeRun(name: "ns-1", epoch: 7))
  let store = ScriptedSessions()
  let sessions: SharedSessions
  let board: PresenceBoard

  static let other = NodeRun(name: "ns-2", epoch: 3)

  init() {
    let sessions = SharedSessions(link: link, store: store, loop: loop, logger: .silent)
    self.sessions = sessions
    board = PresenceBoard { sessions.changed($0, isOver: $1) }
    sessions.serve(board)
  }

  /// Alice, or who is asked for, signed in here.
  @discardableResult
  func enters(
    _ account: AccountID = Stage.alice, _ name: String = "alice", generation: UInt64 = 5, watching: [AccountID] = []
  ) throws -> Seat {
    let seat = try Seat(generation, on: loop)
    let claimer = try #require(board.begin(account, try seat.reference()))
    guard
      case .taken = board.enter(
        try seat.member(name, generation: generation), claimer, watching: AccountSet(watching), contacts: [])
    else {
      Issue.record("\(name) was not let in")
      return seat
    }
    return seat
  }

  /// Others see alice, or who is asked for, like this from now on.
  func shows(_ status: Status?, _ account: AccountID = Stage.alice, _ name: String = "alice", from seat: Seat) throws {
    board.publish(try status.map { try Stage.presence(account, name, $0) }, of: account, from: seat.id)
  }

  static func state(
    _ account: AccountID, _ name: String, _ generation: UInt64, _ sequence: UInt64, _ status: Status?
  ) throws -> SessionState {
    try placed(account, name, generation, sequence, status).state
  }

  static func sent(_ event: String, to channel: BusChannel = .notification) -> RecordingLink.Sent {
    RecordingLink.Sent(event, channel)
  }
}
