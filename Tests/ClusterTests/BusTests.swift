import Crypto
import Testing

@testable import Cluster

@Suite("The bus between nodes")
struct BusTests {
  private let key = SymmetricKey(size: .bits256)
  private let run = NodeRun(name: "ns-a", epoch: 7)

  private func payload(_ number: UInt64, epoch: UInt64 = 7) -> BusPayload {
    BusPayload(origin: NodeRun(name: "ns-a", epoch: epoch), channel: "presence", number: number, events: ["x"])
  }

  @Test("a payload comes out as it went in", arguments: ["", "a b", "\"quoted\"\\", "日本 \u{1}\u{7f}\r\n", "[\"x\"]"])
  func roundTrip(event: String) throws {
    let sent = BusPayload(origin: run, channel: "presence", number: 1042, events: [event, "second"])
    let text = try sent.text(sealedWith: key)
    #expect(try BusPayload(text, over: "presence", key: key) == sent)
  }

  @Test("what was changed, sealed with another key or sent over another channel is forged")
  func forgeries() throws {
    let text = try payload(5).text(sealedWith: key)
    #expect(throws: BusPayload.Refusal.forged) { try BusPayload(text, over: "ns-b", key: key) }
    #expect(throws: BusPayload.Refusal.forged) {
      try BusPayload(text, over: "presence", key: SymmetricKey(size: .bits256))
    }
    for index in text.indices {
      var changed = text
      changed.replaceSubrange(index...index, with: text[index] == "0" ? "1" : "0")
      #expect(throws: BusPayload.Refusal.self) { try BusPayload(changed, over: "presence", key: key) }
    }
    #expect(throws: BusPayload.Refusal.malformed) { try BusPayload("hello", over: "presence", key: key) }
  }

  @Test("events are packed into payloads that PostgreSQL takes, in order, numbered without gaps")
  func packing() throws {
    var outbox = BusOutbox(origin: run)
    var sent: [String: [String]] = [:]
    for index in 0..<500 {
      let channel = index.isMultiple(of: 5) ? "ns-b" : "presence"
      let event = "\(index) " + String(repeating: index.isMultiple(of: 3) ? "\u{1}" : "e", count: index % 200)
      let isTaken = outbox.add(event, to: channel)
      #expect(isTaken)
      sent[channel, default: []].append(event)
    }
    let payloads = outbox.take()
    #expect(outbox.isEmpty)
    for (channel, events) in sent {
      let own = payloads.filter { $0.channel == channel }
      #expect(own.flatMap(\.events) == events)
      #expect(own.map(\.number) == Array(1...UInt64(own.count)))
      #expect(outbox.lastNumbers[channel] == UInt64(own.count))
    }
    for payload in payloads { #expect(try payload.text(sealedWith: key).utf8.count <= BusPayload.maximumBytes) }
    // 500 events of about a hundred bytes fit in far fewer payloads.
    #expect(payloads.count < 40)
    let isTaken = outbox.add(String(repeating: "e", count: 7_000), to: "presence")
    #expect(!isTaken)
  }

  @Test("payloads are taken once, in order; a gap is told")
  func order() {
    var inbox = BusInbox()
    var verdicts: [BusInbox.Verdict] = []
    for number: UInt64 in [1, 2, 2, 1, 4, 3, 5] { verdicts.append(inbox.receive(payload(number))) }
    #expect(verdicts == [.next, .next, .stale, .stale, .afterGap, .stale, .next])
  }

  @Test("who joins late, and who hears a new run of a node, reads the rows")
  func joining() {
    var inbox = BusInbox()
    let first = inbox.receive(payload(41))
    #expect(first == .afterGap)
    let newRun = inbox.receive(payload(1, epoch: 8))
    #expect(newRun == .next)
    let oldRun = inbox.receive(payload(42))
    #expect(oldRun == .stale)
  }

  @Test("a heartbeat tells of a lost last payload, once")
  func heartbeat() {
    var inbox = BusInbox()
    _ = inbox.receive(payload(1))
    let answers = [1, 3, 3].map { inbox.hears(lastNumber: $0, on: "presence", of: run) }
    #expect(answers == [false, true, false])
    let late = inbox.receive(payload(3))
    #expect(late == .stale)
  }

  @Test("nothing of a run that was declared dead counts")
  func death() {
    var inbox = BusInbox()
    _ = inbox.receive(payload(1))
    inbox.buried(run)
    let after = inbox.receive(payload(2))
    #expect(after == .stale)
    let heard = inbox.hears(lastNumber: 9, on: "presence", of: run)
    #expect(!heard)
    let next = inbox.receive(payload(1, epoch: 8))
    #expect(next == .next)
  }
}
