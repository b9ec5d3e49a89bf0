import MSNP
import Testing

@testable import Cluster

@Suite("What came over the bus")
struct BusInboxTests {
  private let run = NodeRun(name: "ns-a", epoch: 7)

  private func payload(_ number: UInt64, epoch: UInt64 = 7, over channel: BusChannel = .notification) -> BusPayload {
    BusPayload(origin: NodeRun(name: "ns-a", epoch: epoch), channel: channel, number: number, events: ["x"])
  }

  private func row(
    _ name: String = "ns-a", epoch: UInt64 = 7, sent: [BusChannel: UInt64] = [:], isDead: Bool = false
  ) -> NodeRecord {
    NodeRecord(
      run: NodeRun(name: name, epoch: epoch), role: .notification, address: HostPort(host: "192.0.2.10", port: 1863),
      isDead: isDead, sent: sent)
  }

  /// An inbox that has read of `ns-a#7`.
  private func inbox(_ sent: [BusChannel: UInt64] = [:], joining: Bool = true) -> BusInbox {
    var inbox = BusInbox(hearing: [.notification, .node("ns-b")])
    _ = inbox.observe([row(sent: sent)], at: 0, joining: joining)
    return inbox
  }

  private func verdicts(_ inbox: inout BusInbox, _ payloads: [BusPayload]) -> [BusInbox.Verdict] {
    var verdicts: [BusInbox.Verdict] = []
    for payload in payloads { verdicts.append(inbox.receive(payload, at: 0)) }
    return verdicts
  }

  @Test("payloads are taken once, in order; a gap is told")
  func order() {
    var inbox = inbox()
    #expect(
      verdicts(&inbox, [1, 2, 2, 1, 4, 3, 5].map { payload($0) })
        == [.next, .next, .stale, .stale, .afterGap, .stale, .next])
    #expect(verdicts(&inbox, [payload(1, over: .node("ns-b"))]) == [.next])
  }

  @Test("whoever joins late misses nothing that was sent before")
  func joining() {
    var inbox = inbox([.notification: 40])
    #expect(verdicts(&inbox, [payload(40), payload(41)]) == [.stale, .next])
    let missing = inbox.observe([row(sent: [.notification: 41])], at: 1)
    #expect(missing == [])
  }

  @Test("whoever was away for a while starts from what the rows say")
  func rejoining() {
    var inbox = inbox()
    _ = inbox.receive(payload(1), at: 0)
    let missing = inbox.observe([row(sent: [.notification: 9])], at: 1, joining: true)
    #expect(missing == [])
    #expect(verdicts(&inbox, [payload(9), payload(10)]) == [.stale, .next])
  }

  @Test("a run too young to be in the rows is heard; with it the one before is over")
  func newRun() {
    var inbox = inbox()
    #expect(verdicts(&inbox, [payload(1), payload(1, epoch: 8), payload(2)]) == [.next, .next, .stale])
    #expect(verdicts(&inbox, [payload(3, epoch: 9)]) == [.afterGap])
  }

  @Test("what a heartbeat tells of is missing only if it has not come by the next one, and then once")
  func heartbeat() {
    var inbox = inbox()
    _ = inbox.receive(payload(1), at: 0)
    var missing: [[NodeRun]] = []
    for number: UInt64 in [1, 2] { missing.append(inbox.observe([row(sent: [.notification: number])], at: 1)) }
    #expect(missing == [[], []])
    // It was only slow.
    #expect(verdicts(&inbox, [payload(2)]) == [.next])
    missing = []
    for number: UInt64 in [3, 3, 3] { missing.append(inbox.observe([row(sent: [.notification: number])], at: 1)) }
    #expect(missing == [[], [run], []])
    #expect(verdicts(&inbox, [payload(3), payload(4)]) == [.stale, .next])
  }

  @Test("numbers of channels that others listen to are no gap, nor of those where nothing has to be made up for")
  func otherChannels() {
    var inbox = BusInbox(hearing: [.notification, .registry])
    for _ in 0..<3 {
      let missing = inbox.observe([row(sent: [.node("ns-c"): 5, .registry: 5])], at: 1)
      #expect(missing == [])
    }
    #expect(
      verdicts(&inbox, [payload(5, over: .registry), payload(5, over: .registry), payload(9, over: .registry)])
        == [.next, .stale, .next])
  }

  @Test("nothing of a run counts that is dead, gone, or that nobody can know any more")
  func over() {
    var inbox = inbox()
    _ = inbox.observe([row(isDead: true)], at: 1)
    #expect(verdicts(&inbox, [payload(1)]) == [.stale])
    _ = inbox.observe([row("ns-c", epoch: 9)], at: 2)
    #expect(verdicts(&inbox, [payload(2), payload(1, epoch: 8)]) == [.stale, .stale])
    let stranger = BusPayload(
      origin: NodeRun(name: "ns-z", epoch: 3), channel: .notification, number: 1, events: ["replayed"])
    #expect(verdicts(&inbox, [stranger]) == [.stale])
    #expect(verdicts(&inbox, [payload(1, epoch: 10)]) == [.next])
  }

  @Test("an operator's command is taken once, in its time, and then forgotten")
  func commands() {
    var inbox = inbox()
    let command = BusPayload(
      origin: .ofOperator(at: 1_000_000), channel: .notification, number: 1, events: ["kick"])
    let early = inbox.receive(command, at: 900_000)
    #expect(early == .stale)
    let taken = inbox.receive(command, at: 1_000_500)
    #expect(taken == .next)
    let again = inbox.receive(command, at: 1_001_000)
    #expect(again == .stale)
    _ = inbox.observe([row()], at: 1_100_000)
    let late = inbox.receive(command, at: 1_100_000)
    #expect(late == .stale)
  }
}
