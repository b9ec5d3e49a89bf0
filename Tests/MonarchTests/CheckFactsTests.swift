import Cluster
import MSNP
import Testing

@testable import Monarch

/// What `monarch check` makes of what it found.
struct CheckFactsTests {
  private var fine: CheckFacts {
    var facts = CheckFacts(role: .notification)
    facts.node = "ns-1"
    facts.listen = HostPort(host: "192.0.2.10", port: 1863)
    facts.advertise = facts.listen
    facts.database = .open(nodes: [.example("ns-2", .notification)], clock: 1_999)
    facts.openFiles = 8192
    return facts
  }

  @Test func nothingIsInTheWayOfWhatIsFine() { #expect(fine.findings == []) }

  @Test func whatProbesFoundIsPassedOn() {
    var facts = fine
    facts.settings = [.missing(.node, "this node has no name", example: "ns-1")]
    facts.keys = "there is no key file"
    facts.ports = ["cannot listen on 192.0.2.10:1863"]
    facts.files = ["cannot read /c.pem"]
    facts.database = .closed("the database has no schema yet; run `monarch database migrate`")
    #expect(facts.findings.count == 5)
    #expect(facts.findings.last == "the database has no schema yet; run `monarch database migrate`.")
  }

  @Test func loopbackIsNoAddressForClientsOfAServerThatOthersReach() {
    var facts = fine
    facts.advertise = HostPort(host: "127.0.0.1", port: 1863)
    #expect(
      facts.findings == [
        "clients on other machines cannot reach 127.0.0.1:1863: give their way to this machine with --advertise."
      ])
    facts.listen = HostPort(host: "127.0.0.1", port: 1863)
    #expect(facts.findings == [])
  }

  @Test func fewOpenFilesMatterWhereClientsStay() {
    var facts = fine
    facts.openFiles = 1024
    #expect(facts.findings.first?.hasPrefix("only 1024 files may be open, and each client takes one") == true)
    facts.role = .dispatch
    #expect(facts.findings == [])
  }

  @Test(arguments: [(Int64(5_000), "5 s behind"), (-61_000, "61 s ahead of")])
  func clocksThatDifferAreTold(_ clock: Int64, _ words: String) {
    var facts = fine
    facts.database = .open(nodes: [], clock: clock)
    #expect(facts.findings.count == 1)
    #expect(facts.findings.first?.hasPrefix("this machine's clock is \(words) the database's") == true)
  }

  @Test func aNameInUseIsTold() {
    var facts = fine
    facts.database = .open(nodes: [.example("ns-1", .notification)], clock: 0)
    #expect(
      facts.findings == [
        "a node ns-1 runs already, at 192.0.2.10:1863: stop it, or choose another name with --node."
      ])
    facts.database = .open(nodes: [.example("ns-1", .notification, holdsLock: false)], clock: 0)
    #expect(facts.findings == [])
  }

  @Test func aClusterNeedsEveryRole() {
    var facts = CheckFacts()
    facts.database = .open(
      nodes: [
        .example("ds-1", .dispatch), .example("ns-1", .notification, isDraining: true),
        .example("sb-1", .switchboard, heartbeatAge: 5_200),
      ], clock: 0)
    #expect(
      facts.findings == [
        "no notification node serves: start one with 'monarch notification'.",
        "no switchboard node serves: start one with 'monarch switchboard'.",
        "no web node serves: start one with 'monarch web'.",
        "sb-1 has not been heard of for 5 s: see its log, and its way to the database.",
      ])
  }
}
