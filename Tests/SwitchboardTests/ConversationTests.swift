import Cluster
import MSNP
import NIOCore
import Roster
import Testing

@testable import Switchboard

@Suite("The rules of a conversation")
struct ConversationTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
  private let limits = Conversation.Limits()

  private func conversation(_ names: String...) throws -> Conversation {
    var conversation = Conversation(id: try #require(SessionID(11_752_013)), now: start)
    for (index, name) in names.enumerated() {
      let member = Member(
        id: MemberID(rawValue: UInt64(index + 1)), account: AccountID(Int64(index + 1)), handle: try handle(name),
        introduction: Introduction(name: try FriendlyName(name)))
      let isIn = conversation.join(member, limits: limits, now: start)
      #expect(isIn)
    }
    return conversation
  }

  private func handle(_ name: String) throws -> UserHandle { try #require(UserHandle("\(name)@example.com")) }

  @Test("215 for oneself, for who is there, and for who is being rung; again when the ring is over")
  func alreadyThere() throws {
    var conversation = try conversation("alice", "bob")
    #expect(throws: ErrorCode.alreadyThere) {
      try conversation.invite(try handle("alice"), limits: limits, now: start)
    }
    #expect(throws: ErrorCode.alreadyThere) { try conversation.invite(try handle("bob"), limits: limits, now: start) }
    try conversation.invite(try handle("carol"), limits: limits, now: start)
    #expect(throws: ErrorCode.alreadyThere) {
      try conversation.invite(try handle("carol"), limits: limits, now: start + .seconds(29))
    }
    try conversation.invite(try handle("carol"), limits: limits, now: start + .seconds(30))
  }

  @Test("after five failed invitations in a conversation 713")
  func failedCalls() throws {
    var conversation = try conversation("alice")
    for _ in 0..<5 {
      try conversation.invite(try handle("bob"), limits: limits, now: start)
      conversation.ringFailed(try handle("bob"))
    }
    #expect(throws: ErrorCode.tooActive) { try conversation.invite(try handle("bob"), limits: limits, now: start) }
  }

  @Test("a full conversation takes no more: 714, those being rung counted")
  func full() throws {
    var conversation = try conversation("alice", "bob")
    var small = limits
    small.members = 3
    try conversation.invite(try handle("carol"), limits: small, now: start)
    #expect(throws: ErrorCode.tooManySessions) {
      try conversation.invite(try handle("dave"), limits: small, now: start)
    }
  }

  @Test("nobody comes into a full conversation, however they were invited")
  func fullAtTheDoor() throws {
    var conversation = try conversation("alice", "bob")
    var small = limits
    small.members = 2
    let carol = Member(
      id: MemberID(rawValue: 9), account: AccountID(9), handle: try handle("carol"),
      introduction: Introduction(name: try FriendlyName("Carol")))
    let isIn = conversation.join(carol, limits: small, now: start)
    #expect(!isIn)
  }

  @Test("who is left alone has half an hour from then")
  func leftAlone() throws {
    var conversation = try conversation("alice", "bob")
    conversation.leave(MemberID(rawValue: 2), now: start + .hours(11))
    #expect(!conversation.isIdle(limits: limits, now: start + .hours(11) + .minutes(30)))
  }

  @Test("nobody is in a conversation twice")
  func twice() throws {
    var conversation = try conversation("alice")
    let again = Member(
      id: MemberID(rawValue: 9), account: AccountID(1), handle: try handle("alice"),
      introduction: Introduction(name: try FriendlyName("Alice")))
    let isInTwice = conversation.join(again, limits: limits, now: start)
    #expect(!isInTwice)
    conversation.leave(MemberID(rawValue: 1), now: start)
    let isBack = conversation.join(again, limits: limits, now: start)
    #expect(isBack)
  }

  @Test("silence ends it: half an hour alone, twelve hours together")
  func idle() throws {
    let alone = try conversation("alice")
    #expect(!alone.isIdle(limits: limits, now: start + .minutes(30)))
    #expect(alone.isIdle(limits: limits, now: start + .minutes(31)))
    let together = try conversation("alice", "bob")
    #expect(!together.isIdle(limits: limits, now: start + .hours(12)))
    #expect(together.isIdle(limits: limits, now: start + .hours(13)))
  }
}
