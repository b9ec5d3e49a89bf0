import Cluster
import Logging
import MSNP
import NIOCore
import Roster
import Synchronization
import TestKit
import Testing

@testable import Switchboard

@Suite("Rings over the bus")
struct BusRingTests {
  /// Says where callees are as often as the test has answers.
  private final class Directory: SessionDirectory {
    private let sessions: Mutex<[PlacedSession?]>
    init(_ sessions: [PlacedSession?]) { self.sessions = Mutex(sessions) }

    var unasked: Int { sessions.withLock(\.count) }

    func session(of handle: UserHandle, then: @escaping @Sendable (PlacedSession?) -> Void) {
      then(sessions.withLock { $0.isEmpty ? nil : $0.removeFirst() })
    }

    func introduction(of account: AccountID, then: @escaping @Sendable (Introduction?) -> Void) {
      then(account == AccountID(17) ? try? Introduction(name: FriendlyName("Alice"), capabilities: 24) : nil)
    }
  }

  private final class Answers: Sendable {
    private let answers = Mutex<[RingAnswer]>([])
    func put(_ answer: RingAnswer) { answers.withLock { $0.append(answer) } }
    var all: [RingAnswer] { answers.withLock { $0 } }
  }

  private let link = RecordingLink(NodeRun(name: "sb-1", epoch: 7))
  private let one = NodeRun(name: "ns-1", epoch: 3)
  private let two = NodeRun(name: "ns-2", epoch: 4)

  init() {
    link.set(one, .alive)
    link.set(two, .alive)
  }

  private func bob(on run: NodeRun, generation: UInt64) throws -> PlacedSession {
    PlacedSession(
      state: SessionState(
        account: AccountID(2), handle: try handle("bob"), mark: SessionMark(generation: generation), presence: nil),
      run: run)
  }

  private func handle(_ name: String) throws -> UserHandle { try #require(UserHandle("\(name)@example.com")) }

  /// Rings bob, for `patience` from now.
  private func ring(
    _ sessions: PlacedSession?..., patience: TimeAmount = .hours(1)
  ) throws -> (rings: BusRings, directory: Directory, answers: Answers) {
    let directory = Directory(sessions)
    let rings = BusRings(link: link, directory: directory)
    let answers = Answers()
    let invitation = Ring.Invitation(
      session: try #require(SessionID(11_752_013)),
      switchboard: SwitchboardNode(name: "sb-1", epoch: 7, address: HostPort(host: "192.0.2.20", port: 1863)),
      caller: AccountID(17), callerHandle: try handle("alice"), callerName: try FriendlyName("Alice"),
      callee: try handle("bob"))
    rings.ring(Ring(invitation, deadline: .now() + patience)) { answers.put($0) }
    return (rings, directory, answers)
  }

  /// The number, the deadline and the channel of each call sent; the rest of it has to be as ever.
  private func calls() throws -> [(number: UInt64, deadline: Int64, channel: BusChannel)] {
    try link.takeSent().map { sent in
      guard case .call(let number, let invitation, let deadline) = RingEvent(sent.event) else {
        throw NotACall(event: sent.event)
      }
      #expect(invitation.session.rawValue == 11_752_013)
      #expect(invitation.callee.text == "bob@example.com")
      return (number, deadline, sent.channel)
    }
  }

  private struct NotACall: Error { let event: String }

  @Test("the ring goes to the server that holds the callee, with the deadline by the database's clock")
  func ringing() throws {
    let (rings, _, answers) = try ring(bob(on: one, generation: 5))
    let call = try #require(try calls().first)
    #expect(call.channel == .rings("ns-1"))
    #expect((link.now + 3_590_000...link.now + 3_600_000).contains(call.deadline))
    #expect(answers.all == [])
    rings.receive(.ringing(number: call.number + 1, Introduction(name: try FriendlyName("Eve"))))
    #expect(answers.all == [])
    rings.receive(.ringing(number: call.number, Introduction(name: try FriendlyName("Bob"), capabilities: 24)))
    rings.receive(.unavailable(number: call.number))
    #expect(answers.all == [.ringing(Introduction(name: try FriendlyName("Bob"), capabilities: 24))])
  }

  @Test("an unavailable callee is not looked for again")
  func unavailable() throws {
    let (rings, directory, answers) = try ring(bob(on: one, generation: 5), bob(on: two, generation: 6))
    rings.receive(.unavailable(number: try #require(try calls().first).number))
    #expect(answers.all == [.unavailable])
    #expect(directory.unasked == 1)
  }

  @Test("a callee who has moved is rung where they are now, and looked for once only")
  func moved() throws {
    let (rings, directory, answers) = try ring(
      bob(on: one, generation: 5), bob(on: two, generation: 6), bob(on: one, generation: 7))
    let first = try #require(try calls().first)
    rings.receive(.notHere(number: first.number))
    let second = try #require(try calls().first)
    #expect(second.channel == .rings("ns-2"))
    #expect(second.number != first.number)
    rings.receive(.ringing(number: first.number, Introduction(name: try FriendlyName("Bob"), capabilities: 24)))
    #expect(answers.all == [])
    rings.receive(.notHere(number: second.number))
    #expect(answers.all == [.unavailable])
    #expect(directory.unasked == 1)
    #expect(try calls().isEmpty)
  }

  @Test("a callee who moved and answers there rings")
  func movedAndRings() throws {
    let (rings, _, answers) = try ring(bob(on: one, generation: 5), bob(on: two, generation: 6))
    rings.receive(.notHere(number: try #require(try calls().first).number))
    rings.receive(
      .ringing(
        number: try #require(try calls().first).number, Introduction(name: try FriendlyName("Bob"), capabilities: 24)))
    #expect(answers.all == [.ringing(Introduction(name: try FriendlyName("Bob"), capabilities: 24))])
  }

  @Test("whose row is still the same, or gone, is not there")
  func same() throws {
    for now in [try bob(on: one, generation: 5), nil] {
      let (rings, _, answers) = try ring(bob(on: one, generation: 5), now)
      rings.receive(.notHere(number: try #require(try calls().first).number))
      #expect(answers.all == [.unavailable])
      #expect(try calls().isEmpty)
    }
  }

  @Test("nobody without a session, on a dead server, or after the deadline is rung; one that stalls is")
  func notRung() throws {
    #expect(try ring(nil).answers.all == [.unavailable])
    #expect(try ring(bob(on: one, generation: 5), patience: .zero).answers.all == [.unavailable])
    #expect(try ring(bob(on: NodeRun(name: "ns-1", epoch: 2), generation: 5)).answers.all == [.unavailable])
    #expect(try calls().isEmpty)
    link.set(one, .stalled)
    #expect(try ring(bob(on: one, generation: 5)).answers.all == [])
    #expect(try calls().count == 1)
  }

  @Test("a ring that the bus does not take is answered at once")
  func unsent() throws {
    link.set(longest: 10)
    #expect(try ring(bob(on: one, generation: 5)).answers.all == [.unavailable])
  }

  @Test("names and capabilities come from the directory")
  func introductions() throws {
    let answers = Mutex<[Introduction?]>([])
    let rings = BusRings(link: link, directory: Directory([]))
    for account in [17, 18] as [Int64] {
      rings.introduction(of: AccountID(account)) { found in answers.withLock { $0.append(found) } }
    }
    #expect(answers.withLock { $0 } == [Introduction(name: try FriendlyName("Alice"), capabilities: 24), nil])
  }
}
