import Crypto
import MSNP
import Testing

@testable import Cluster

@Suite("Payloads of the bus")
struct BusPayloadTests {
  private let key = SealKey(SymmetricKey(size: .bits256))
  private let run = NodeRun(name: "ns-a", epoch: 7)

  @Test(
    "a payload comes out as it went in",
    arguments: [[""], ["", ""], ["a b", ""], ["日本 \u{1}\u{7f}"], ["x\r", "\u{301}y"], ["\r"], ["[\"x\"]", " "]])
  func roundTrip(events: [String]) throws {
    let sent = BusPayload(origin: run, channel: .notification, number: 1042, events: events)
    let text = sent.text(sealedWith: key)
    let read = try BusPayload(text, over: .notification, key: key)
    #expect(read == sent)
    #expect(read.events.map { Array($0.utf8) } == events.map { Array($0.utf8) })
  }

  @Test("its head is a line of words, each event a line")
  func form() throws {
    let sent = BusPayload(origin: run, channel: .rings("sb-1"), number: 3, events: ["ring 1", "ring 2"])
    let lines = sent.text(sealedWith: key).split(separator: "\n")
    let words = lines[0].split(separator: " ")
    #expect(words.dropLast() == ["1", "ns-a", "7", "monarch.ring.sb-1", "3"])
    #expect(words.last?.count == 24)
    #expect(lines.dropFirst() == ["ring 1", "ring 2"])
  }

  @Test("what was changed, sealed with another key or sent over another channel is not taken")
  func forgeries() throws {
    let text = BusPayload(origin: run, channel: .notification, number: 5, events: ["x 0", "y"]).text(sealedWith: key)
    #expect(throws: BusPayload.Refusal.forged) { try BusPayload(text, over: .node("ns-b"), key: key) }
    #expect(throws: BusPayload.Refusal.forged) {
      try BusPayload(text, over: .notification, key: SealKey(SymmetricKey(size: .bits256)))
    }
    for index in text.indices {
      var changed = text
      changed.replaceSubrange(index...index, with: text[index] == "0" ? "1" : "0")
      #expect(throws: BusPayload.Refusal.self) { try BusPayload(changed, over: .notification, key: key) }
    }
    for shorter in [String(text.dropLast()), String(text.dropLast(2)), "hello", ""] {
      #expect(throws: BusPayload.Refusal.self) { try BusPayload(shorter, over: .notification, key: key) }
    }
  }

  @Test("a former key is accepted, and signs nothing")
  func rotation() throws {
    let fresh = SealKey(SymmetricKey(size: .bits256), previous: [key.current])
    let sent = BusPayload(origin: run, channel: .notification, number: 1, events: ["x"])
    #expect(try BusPayload(sent.text(sealedWith: key), over: .notification, key: fresh) == sent)
    #expect(throws: BusPayload.Refusal.forged) {
      try BusPayload(sent.text(sealedWith: fresh), over: .notification, key: key)
    }
  }

  @Test("a row's seal covers name, role, epoch and address")
  func rows() {
    let seal = NodeRecord.seal(run, .notification, "192.0.2.1:1863", with: key)
    #expect(NodeRecord.isGenuine(seal, run, .notification, "192.0.2.1:1863", key: key))
    let others: [(NodeRun, NodeRole, String)] = [
      (NodeRun(name: "ns-b", epoch: 7), .notification, "192.0.2.1:1863"),
      (NodeRun(name: "ns-a", epoch: 8), .notification, "192.0.2.1:1863"),
      (run, .switchboard, "192.0.2.1:1863"), (run, .notification, "192.0.2.2:1863"),
    ]
    for (run, role, address) in others { #expect(!NodeRecord.isGenuine(seal, run, role, address, key: key)) }
    #expect(!NodeRecord.isGenuine("", run, .notification, "192.0.2.1:1863", key: key))
  }

  @Test(
    "names of nodes",
    arguments: [
      ("ns-1", true), ("0", true), (String(repeating: "a", count: 30), true),
      (String(repeating: "a", count: 31), false),
      ("", false), ("-a", false), ("A", false), ("a.b", false), ("a b", false), ("é", false), ("operator-1", false),
    ])
  func names(name: String, isName: Bool) { #expect(NodeRun.isName(name) == isName) }
}
