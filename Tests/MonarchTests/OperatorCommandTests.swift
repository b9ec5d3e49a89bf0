import ArgumentParser
import Cluster
import MSNP
import Roster
import Store
import Testing

@testable import Monarch

/// What operators' commands say and send, on a cluster that a test makes up.
struct OperatorCommandTests {
  private let desk = FakeDesk()
  private let alice: UserHandle
  private let impatient = Patience(looks: 3, pause: {})

  init() throws { alice = try #require(UserHandle("alice@example.com")) }

  @Test func nodesStandInATable() {
    let nodes: [NodeRecord] = [
      .example("ds-1", .dispatch), .example("ns-1", .notification, isDraining: true),
      .example("ns-10", .notification, heartbeatAge: 4210), .example("sb-1", .switchboard, holdsLock: false),
    ]
    #expect(
      Nodes.text(nodes) == """
        NAME   ROLE          ADDRESS          STATE     CONNECTIONS  RECENT  HEARTBEAT  UP SINCE              ADMIN
        ds-1   dispatch      192.0.2.10:1863  alive     12           3       0.4 s      2026-09-21T14:13:20Z  -
        ns-1   notification  192.0.2.10:1863  draining  12           3       0.4 s      2026-09-21T14:13:20Z  -
        ns-10  notification  192.0.2.10:1863  stalled   12           3       4.2 s      2026-09-21T14:13:20Z  -
        sb-1   switchboard   192.0.2.10:1863  dead      12           3       0.4 s      2026-09-21T14:13:20Z  -
        """)
    #expect(Nodes.text([]).hasPrefix("There are no nodes: start them with"))
  }

  @Test func sessionsStandInATable() {
    let session = (session: PlacedSession.example(alice, on: "ns-1"), since: Int64(1_790_000_000_000))
    let table = "USER               NODE  STATUS  SINCE\nalice@example.com  ns-1  hidden  2026-09-21T14:13:20Z"
    #expect(Sessions.text([session], limit: 2) == table)
    #expect(Sessions.text([session], limit: 1) == table + "\nThere may be more: --limit 10 shows them.")
    #expect(Sessions.text([], limit: 1) == "Nobody is signed in.")
  }

  @Test func drainTellsTheRunThatIsThere() throws {
    desk.registry = [.example("ns-1", .notification, epoch: 42)]
    desk.whenSent = { $0.registry[0].isDraining = true }
    #expect(
      try Drain.order("ns-1", at: desk, patience: impatient)
        == "ns-1 drains; it had 12 connections. 'monarch nodes' shows when it is gone.")
    #expect(desk.sent == [FakeDesk.Sent(event: "drain 42", channel: .control("ns-1"))])
  }

  @Test func drainIsContentWithANodeThatIsGoneAlready() throws {
    desk.registry = [.example("ds-1", .dispatch)]
    desk.whenSent = { $0.registry = [] }
    #expect(try Drain.order("ds-1", at: desk, patience: impatient).hasPrefix("ds-1 drains"))
  }

  @Test func drainSaysWhenNobodyHears() {
    desk.registry = [.example("ns-1", .notification)]
    #expect(throws: AdministrationFailure.self) { try Drain.order("ns-1", at: desk, patience: impatient) }
  }

  @Test func drainSendsNothingToWhomItCannotReach() throws {
    desk.registry = [
      .example("ns-1", .notification, isDraining: true), .example("ns-2", .notification, holdsLock: false),
    ]
    #expect(try Drain.order("ns-1", at: desk, patience: impatient) == "ns-1 drains already; it has 12 connections.")
    #expect(throws: AdministrationFailure("ns-2 is dead: there is nobody left to send elsewhere")) {
      try Drain.order("ns-2", at: desk, patience: impatient)
    }
    #expect(throws: AdministrationFailure("there is no node ns-3: there are ns-1, ns-2")) {
      try Drain.order("ns-3", at: desk, patience: impatient)
    }
    #expect(desk.sent.isEmpty)
  }

  @Test func kickEndsTheSessionWhereItIs() throws {
    desk.signedIn = [.example(alice, on: "ns-2", account: 17, generation: 90)]
    desk.whenSent = { $0.signedIn = [] }
    #expect(
      try Kick.order(alice, at: desk, patience: impatient) == "alice@example.com is signed out of ns-2.")
    let event = ClusterEvent.signOut(AccountID(17), generation: 90).text
    #expect(desk.sent == [FakeDesk.Sent(event: event, channel: .node("ns-2"))])
  }

  @Test func kickIsContentWhenTheUserHasSignedInAnew() throws {
    desk.signedIn = [.example(alice, on: "ns-2", generation: 90)]
    desk.whenSent = { [alice] in $0.signedIn = [.example(alice, on: "ns-1", generation: 91)] }
    #expect(try Kick.order(alice, at: desk, patience: impatient).hasPrefix("alice@example.com is signed out"))
  }

  @Test func anAlertGoesToEverybodyOrToWhereOneIs() throws {
    let alert = try Alert(number: 5, text: "Back at six.")
    #expect(
      try AlertCommand.order(alert, to: nil, at: desk) == "The alert is on its way to everybody who is signed in.")
    #expect(throws: AdministrationFailure("alice@example.com is not signed in: 'monarch sessions' shows who is")) {
      try AlertCommand.order(alert, to: alice, at: desk)
    }
    desk.signedIn = [.example(alice, on: "ns-2", account: 17, generation: 90)]
    #expect(
      try AlertCommand.order(alert, to: alice, at: desk) == "The alert is on its way to alice@example.com, on ns-2.")
    #expect(
      desk.sent == [
        FakeDesk.Sent(event: "A - 5 Back%20at%20six. -", channel: .notification),
        FakeDesk.Sent(event: "A 17 5 Back%20at%20six. -", channel: .node("ns-2")),
      ])
  }

  @Test func maintenanceIsToldToAllNotificationServers() throws {
    #expect(
      try Maintenance.order(minutes: 5, at: desk)
        == "Everybody who is signed in is being told that the service goes down in 5 minutes.")
    #expect(try Maintenance.order(minutes: 1, at: desk).hasSuffix("goes down in 1 minute."))
    #expect(
      desk.sent == [
        FakeDesk.Sent(event: "M 5", channel: .notification), FakeDesk.Sent(event: "M 1", channel: .notification),
      ])
  }

  @Test(arguments: [["0"], ["1441"], ["-5"], ["soon"], []])
  func maintenanceTakesMinutesOfADay(_ words: [String]) {
    #expect(throws: (any Error).self) { try Maintenance.parse(words) }
  }

  @Test func kickSaysWhyItCannot() {
    #expect(throws: AdministrationFailure("alice@example.com is not signed in: 'monarch sessions' shows who is")) {
      try Kick.order(alice, at: desk, patience: impatient)
    }
    desk.signedIn = [.example(alice, on: "ns-2")]
    #expect(throws: AdministrationFailure.self) { try Kick.order(alice, at: desk, patience: impatient) }
  }
}

/// What a command that changes accounts tells the running nodes.
struct ClusterAnnouncerTests {
  @Test func whoIsRemovedIsToldEverywhereAndNoticesTravelByVersion() async throws {
    let log = SentLog()
    let announcer = ClusterAnnouncer(log.desk())
    let bob = try #require(UserHandle("bob@example.com"))
    let places: [(Int64, UInt32)] = [(3, 8), (3, 8), (3, 9), (4, 9)]
    let notices = places.map { account, version in
      Notice(account: AccountID(account), version: ListVersion(version), news: .reverseRemoved(bob))
    }
    announcer.changes.removed(AccountID(17))
    announcer.changes.noticed(notices)
    #expect(await announcer.finish() == nil)
    let removed = ClusterEvent.removed(AccountID(17)).text
    #expect(
      log.sent == [
        FakeDesk.Sent(event: removed, channel: .notification), FakeDesk.Sent(event: removed, channel: .switchboards),
        FakeDesk.Sent(event: ClusterEvent.notices(Array(notices[..<2])).text, channel: .notification),
        FakeDesk.Sent(event: ClusterEvent.notices([notices[2]]).text, channel: .notification),
        FakeDesk.Sent(event: ClusterEvent.notices([notices[3]]).text, channel: .notification),
      ])
  }

  @Test func aFailureIsToldAtTheEnd() async {
    let announcer = ClusterAnnouncer(SentLog().desk(failing: StoreFailure("away")))
    announcer.changes.removed(AccountID(17))
    #expect(await announcer.finish() == StoreFailure("away"))
  }
}
