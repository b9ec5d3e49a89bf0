import Crypto
import Testing

@testable import Cluster

@Suite("What waits to be sent")
struct BusOutboxTests {
  private let run = NodeRun(name: "ns-a", epoch: 7)

  @Test("events are packed into payloads that PostgreSQL takes, in order, numbered without gaps")
  func packing() throws {
    let key = SealKey(SymmetricKey(size: .bits256))
    let origin = NodeRun(name: String(repeating: "n", count: 30), epoch: .max)
    var outbox = BusOutbox(origin: origin)
    let channels: [BusChannel] = [.notification, .rings("sb-1"), .rings(String(repeating: "s", count: 30))]
    var sent: [BusChannel: [String]] = [:]
    for index in 0..<500 {
      let channel = channels[index % 3]
      let event = "\(index) " + String(repeating: index.isMultiple(of: 2) ? "\u{1}" : "e", count: index % 200)
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
    for payload in payloads { #expect(payload.text(sealedWith: key).utf8.count <= BusPayload.maximumBytes) }
    // 500 events of about a hundred bytes fit in far fewer payloads.
    #expect(payloads.count < 15)
  }

  @Test("the longest event that is taken fits; longer ones, line feeds and NUL are refused")
  func limits() {
    let key = SealKey(SymmetricKey(size: .bits256))
    var outbox = BusOutbox(origin: run)
    var longest = String(repeating: "e", count: 6_800)
    while outbox.add(longest, to: .notification) { longest += "e" }
    let payloads = outbox.take()
    #expect(payloads.count > 1)
    for payload in payloads { #expect(payload.text(sealedWith: key).utf8.count <= BusPayload.maximumBytes) }
    for event in ["a\nb", "\n", "a\r\nb", "a\0"] {
      let isTaken = outbox.add(event, to: .notification)
      let isLost = outbox.lose(event, to: .notification)
      #expect(!isTaken && !isLost)
    }
    #expect(outbox.isEmpty)
    #expect(outbox.lastNumbers[.notification] == UInt64(payloads.count))
  }

  @Test("what is for all notification servers and what is for one do not overtake each other")
  func order() {
    let script: [(BusChannel, String)] = [
      (.node("b"), "1"), (.notification, "2"), (.node("b"), "3"), (.node("c"), "4"), (.node("b"), "5"),
      (.notification, "6"), (.notification, "7"), (.node("c"), "8"),
    ]
    var outbox = BusOutbox(origin: run)
    for (channel, event) in script { _ = outbox.add(event, to: channel) }
    let sent = outbox.take().map { ($0.channel, $0.events) }
    for listener in ["b", "c"] {
      let heard = sent.filter { $0.0 == .notification || $0.0 == .node(listener) }.flatMap(\.1)
      #expect(heard == script.filter { $0.0 == .notification || $0.0 == .node(listener) }.map(\.1))
    }
    #expect(sent.map(\.1) == [["1"], ["2"], ["3", "5"], ["4"], ["6", "7"], ["8"]])
  }

  @Test("channels that have no listener in common share payloads however their events are mixed")
  func mixing() {
    var outbox = BusOutbox(origin: run)
    for index in 0..<20 {
      _ = outbox.add("\(index)", to: index.isMultiple(of: 2) ? .notification : .rings("sb-\(index % 4)"))
    }
    #expect(outbox.take().map(\.channel) == [.notification, .rings("sb-1"), .rings("sb-3")])
  }

  @Test("what is lost shows as a gap, with the next payload or the next heartbeat")
  func losses() {
    var outbox = BusOutbox(origin: run)
    _ = outbox.add("1", to: .notification)
    #expect(outbox.take().map(\.number) == [1])
    _ = outbox.add("2", to: .notification)
    outbox.loseAll()
    _ = outbox.lose("3", to: .rings("sb-1"))
    #expect(outbox.isEmpty)
    #expect(outbox.lastNumbers == [.notification: 2, .rings("sb-1"): 1])
    _ = outbox.add("4", to: .notification)
    #expect(outbox.take().map(\.number) == [3])
  }

  @Test("a new run begins to count anew; what waited under the old one is a gap")
  func newRun() {
    var outbox = BusOutbox(origin: run)
    for _ in 0..<5 {
      _ = outbox.add("x", to: .notification)
      _ = outbox.take()
    }
    _ = outbox.add("waits", to: .node("b"))
    let next = NodeRun(name: "ns-a", epoch: 8)
    outbox.begin(as: next)
    _ = outbox.add("1", to: .notification)
    _ = outbox.add("2", to: .node("b"))
    let payloads = outbox.take()
    #expect(payloads.map(\.origin) == [next, next])
    #expect(payloads.map(\.number) == [1, 2])
    #expect(payloads.map(\.events) == [["1"], ["2"]])
  }

  @Test("the pause keeps all nodes together under 3,000 a second, and nobody waiting")
  func pace() {
    for nodes in 1...40 {
      for payloads in 1...3 {
        let perSecond =
          Double(nodes * payloads * 1_000) / Double(BusPace.pause(afterSending: payloads, listeners: nodes))
        #expect(perSecond <= 3_000)
      }
    }
    #expect(BusPace.pause(afterSending: 1, listeners: 2) == 4)
    #expect(BusPace.pause(afterSending: 1, listeners: 30) == 10)
    #expect(BusPace.pause(afterSending: 500, listeners: 30) == 50)
  }
}
