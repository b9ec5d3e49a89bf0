import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit
import Synchronization
import Testing

@testable import NotificationServer

@Suite("Claims and the board")
struct BoardClaimTests {
  private final class Told: Sendable {
    struct Entry: Equatable {
      var mark: SessionMark
      var status: Status?
      var isOver: Bool
    }
    private let entries = Mutex<[Entry]>([])
    func put(_ state: SessionState, _ isOver: Bool) {
      entries.withLock { $0.append(Entry(mark: state.mark, status: state.presence?.status, isOver: isOver)) }
    }
    func take() -> [Entry] {
      entries.withLock { entries in
        defer { entries = [] }
        return entries
      }
    }
  }

  private let told = Told()
  private let board: PresenceBoard

  init() { board = PresenceBoard { [told] in told.put($0, $1) } }

  private enum Outcome: Equatable {
    case taken(ConnectionID?)
    case lost, closed
  }

  private func enter(_ seat: Seat, _ generation: UInt64, _ claimer: PresenceBoard.Claimer) throws -> Outcome {
    let member = try seat.member("alice", generation: generation)
    return switch board.enter(member, claimer, watching: AccountSet([Stage.bob]), contacts: []) {
    case .taken(let loser): .taken(loser?.connection)
    case .lost: .lost
    case .closed: .closed
    }
  }

  @Test("a dismissal that overtakes the claim's answer counts for that claim and for older ones")
  func overtaken() throws {
    let seat = try Seat()
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    #expect(board.dismissed(Stage.alice, generation: 7) == nil)
    #expect(board.dismissed(Stage.alice, generation: 6) == nil)
    #expect(try enter(seat, 7, claimer) == .lost)
    #expect(board.signedInCount == 0)
    // It is forgotten with the last claim that was under way.
    let next = try #require(board.begin(Stage.alice, try seat.reference()))
    #expect(try enter(seat, 7, next) == .taken(nil))
  }

  @Test("a dismissal of an older generation leaves a newer claim and a newer session alone")
  func newer() throws {
    let seat = try Seat()
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    #expect(board.dismissed(Stage.alice, generation: 6) == nil)
    #expect(try enter(seat, 7, claimer) == .taken(nil))
    #expect(board.dismissed(Stage.alice, generation: 6) == nil)
    #expect(board.dismissed(Stage.alice, generation: 7) != nil)
    #expect(board.dismissed(Stage.bob, generation: 7) == nil)
  }

  @Test("the newer of two claims here wins, whichever is answered first")
  func twoHere() throws {
    let (first, second, third) = (try Seat(1), try Seat(2), try Seat(3))
    let claimers = try [first, second, third].map { try #require(board.begin(Stage.alice, try $0.reference())) }
    #expect(try enter(second, 8, claimers[1]) == .taken(nil))
    #expect(try enter(first, 7, claimers[0]) == .lost)
    #expect(try enter(third, 9, claimers[2]) == .taken(second.id))
    #expect(told.take() == [])
  }

  @Test("each state of a session here has a mark of its own; the same state twice is told once")
  func marks() throws {
    let seat = try Seat()
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    _ = try enter(seat, 7, claimer)
    let online = try Stage.presence(Stage.alice, "alice")
    board.publish(online, of: Stage.alice, from: seat.id)
    board.publish(online, of: Stage.alice, from: seat.id)
    board.publish(online, of: Stage.alice, from: ConnectionID(99))
    board.publish(try Stage.presence(Stage.alice, "alice", .busy), of: Stage.alice, from: seat.id)
    board.release(Stage.alice, ConnectionID(99), watching: [])
    board.release(Stage.alice, seat.id, watching: [Stage.bob])
    func entry(_ sequence: UInt64, _ status: Status?, _ isOver: Bool) -> Told.Entry {
      Told.Entry(mark: SessionMark(generation: 7, sequence: sequence), status: status, isOver: isOver)
    }
    #expect(told.take() == [entry(1, .online, false), entry(2, .busy, false), entry(3, nil, true)])
  }

  @Test("a session that another server has taken over changes nothing any more when it goes")
  func takenOver() throws {
    let seat = try Seat()
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    _ = try enter(seat, 7, claimer)
    _ = board.watch(Stage.alice, by: Stage.carol, isAsked: false)
    board.publish(try Stage.presence(Stage.alice, "alice"), of: Stage.alice, from: seat.id)
    board.apply(try placed(Stage.alice, "alice", 7, 9, nil))
    #expect(board.look(at: [Stage.alice])[0].presence?.status == .online)
    board.apply(try placed(Stage.alice, "alice", 8, 1, .away))
    board.release(Stage.alice, seat.id, watching: [Stage.bob])
    #expect(board.look(at: [Stage.alice])[0].presence?.status == .away)
  }

  @Test("an account that is removed while it is being claimed is not entered")
  func removedMeanwhile() throws {
    let seat = try Seat()
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    board.remove(Stage.alice)
    guard case .lost = try enter(seat, 7, claimer) else { return #expect(Bool(false), "it was entered") }
    // That is forgotten with the claim.
    let next = try Seat()
    let again = try #require(board.begin(Stage.alice, try next.reference()))
    guard case .taken(loser: nil) = try enter(next, 8, again) else { return #expect(Bool(false), "it was not") }
  }

  @Test("renewed states keep what is seen and raise the mark")
  func renewed() throws {
    let seat = try Seat()
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    _ = try enter(seat, 7, claimer)
    let online = try Stage.presence(Stage.alice, "alice")
    board.publish(online, of: Stage.alice, from: seat.id)
    let expected = SessionState(
      account: Stage.alice, handle: try Stage.handle("alice"), mark: SessionMark(generation: 7, sequence: 2),
      presence: online)
    #expect(board.renewedStates() == [expected])
    #expect(board.marks().members == [Stage.alice: expected.mark])
    #expect(board.renewedStates(of: [Stage.bob]) == [])
    #expect(board.renewedStates(of: [Stage.alice, Stage.bob]).map(\.mark.sequence) == [3])
  }

  @Test("of a session that another server has taken over nothing is said but that it was here")
  func renewedWhenTakenOver() throws {
    let seat = try Seat()
    let claimer = try #require(board.begin(Stage.alice, try seat.reference()))
    _ = try enter(seat, 7, claimer)
    _ = board.watch(Stage.alice, by: Stage.carol, isAsked: false)
    board.apply(try placed(Stage.alice, "alice", 8, 1, .away))
    let expected = SessionState(
      account: Stage.alice, handle: try Stage.handle("alice"), mark: SessionMark(generation: 7, sequence: 1),
      presence: nil)
    #expect(board.renewedStates() == [expected])
    #expect(board.look(at: [Stage.alice])[0].presence?.status == .away)
  }

  @Test("a server that goes down takes nobody any more")
  func closed() throws {
    let (first, second) = (try Seat(1), try Seat(2))
    let claimer = try #require(board.begin(Stage.alice, try first.reference()))
    #expect(board.close().isEmpty)
    #expect(try enter(first, 7, claimer) == .closed)
    #expect(board.begin(Stage.alice, try second.reference()) == nil)
  }
}
