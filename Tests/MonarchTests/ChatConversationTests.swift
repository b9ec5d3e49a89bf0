import MSNP
import Testing

@testable import Monarch

/// Conversations, with the lines of the reference's transcript (switchboard reference, section 10).
@Suite struct ChatConversationTests {
  private static let payload =
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
    + "X-MMS-IM-Format: FN=Arial; EF=; CO=0; CS=0; PF=22\r\n\r\n"

  /// The lines of a message of that content type.
  private func message(_ type: String, _ rest: String, from sender: String = "bob@example.com Bob") -> [String] {
    let payload = "MIME-Version: 1.0\r\nContent-Type: \(type)\r\n\(rest)"
    return ["MSG \(sender) \(payload.utf8.count)", "|\(payload)"]
  }

  @Test func opensAConversationAndTalks() throws {
    var stage = try ChatStage.signedIn()
    #expect(stage.type("/chat bob") == ["show Calling Bob ...", "1 >>> XFR 7 SB\r\n"])
    #expect(
      try stage.hear("XFR 7 SB 192.0.2.20:1863 CKI 17262740.1050826919.32308", on: 1)
        == ["connect 2 to 192.0.2.20:1863"])
    #expect(stage.connect(2) == ["2 >>> USR 1 alice@example.com 17262740.1050826919.32308\r\n"])
    #expect(try stage.hear("USR 1 OK alice@example.com Alice", on: 2) == ["2 >>> CAL 2 bob@example.com\r\n"])
    #expect(stage.type("Hello! How are you?") == [], "nobody is there to hear it yet")
    #expect(
      try stage.hear("CAL 2 RINGING 11752013", on: 2) == ["wake invitation 2 bob@example.com after 30.0 seconds"])
    // 133 bytes with EF=I (test vectors, section 6), one less without.
    #expect(
      try stage.hear("JOI bob@example.com Bob", on: 2) == [
        "show Bob has joined the conversation.", "2 >>> MSG 3 A 132\r\n\(Self.payload)Hello! How are you?",
      ])
    #expect(try stage.hear("ACK 3", on: 2) == [])
    #expect(stage.type("//list") == ["2 >>> MSG 4 A 118\r\n\(Self.payload)/list"])
    #expect(stage.type("Über") == ["2 >>> MSG 5 A 118\r\n\(Self.payload)Über"])
    #expect(try stage.hear("NAK 5", on: 2) == ["show This could not be delivered: Über"])
  }

  @Test func answersARing() throws {
    var stage = try ChatStage("bob@example.com")
    _ = stage.connect(1)
    _ = try stage.hear("VER 1 MSNP7", on: 1)
    _ = try stage.hear("INF 2 MD5", on: 1)
    _ = try stage.hear("USR 3 MD5 S 1.2", on: 1)
    _ = try stage.hear("USR 4 OK bob@example.com Bob 1", "CHG 6 NLN", "QNG", on: 1)
    #expect(
      try stage.hear(
        "RNG 11752013 192.0.2.20:1863 CKI 849102291.520491113 alice@example.com Alice", on: 1)
        == ["connect 2 to 192.0.2.20:1863"])
    #expect(stage.connect(2) == ["2 >>> ANS 1 bob@example.com 849102291.520491113 11752013\r\n"])
    #expect(try stage.hear("IRO 1 1 1 alice@example.com Alice", on: 2) == [])
    #expect(
      try stage.hear("ANS 1 OK", on: 2) == ["show You are in a conversation with Alice: type to answer."])
    let hello = Self.payload + "Hello! How are you?"
    #expect(
      try stage.hear("MSG alice@example.com Alice 132", "|\(hello)", on: 2) == ["show Alice: Hello! How are you?"])
    #expect(stage.type("Hi") == ["2 >>> MSG 2 A 115\r\n\(Self.payload)Hi"])
    #expect(try stage.hear("BYE alice@example.com", on: 2) == ["show Alice has left the conversation."])
  }

  @Test func saysWhyNobodyCame() throws {
    for (code, reason) in [
      ("217", "they are not online, or cannot be called"), ("208", "that is not an address, or not a legal one"),
      ("713", "too many requests: wait a little"),
    ] {
      var stage = try ChatStage.signedIn()
      _ = stage.type("/chat carol")
      _ = try stage.hear("XFR 7 SB 192.0.2.20:1863 CKI 1.2", on: 1)
      _ = stage.connect(2)
      _ = try stage.hear("USR 1 OK alice@example.com Alice", on: 2)
      _ = stage.type("Hello?")
      #expect(
        try stage.hear("\(code) 2", on: 2)
          == ["show Carol C was not invited: \(reason).", "show This could not be delivered: Hello?"])
    }
  }

  @Test func givesUpWhenNobodyAnswers() throws {
    var stage = try ChatStage.signedIn()
    _ = stage.type("/chat bob")
    _ = try stage.hear("XFR 7 SB 192.0.2.20:1863 CKI 1.2", on: 1)
    _ = stage.connect(2)
    _ = try stage.hear("USR 1 OK alice@example.com Alice", "CAL 2 RINGING 5", on: 2)
    _ = stage.type("Hello?")
    let bob = try #require(UserHandle("bob@example.com"))
    let alarm = ChatAlarm.invitation(LinkID(rawValue: 2), bob)
    #expect(stage.ring(alarm) == ["show Bob does not answer.", "show This could not be delivered: Hello?"])
    #expect(stage.ring(alarm) == [])
  }

  @Test func saysWhenThereIsNoSwitchboard() throws {
    var stage = try ChatStage.signedIn()
    _ = stage.type("/chat bob")
    _ = stage.type("Hello?")
    #expect(
      try stage.hear("913 7", on: 1) == [
        "show There is no switchboard for this conversation: you are hidden: /status online first.",
        "show This could not be delivered: Hello?",
      ])
    #expect(stage.type("/chat bob") == ["show Calling Bob ...", "1 >>> XFR 8 SB\r\n"])
    _ = try stage.hear("XFR 8 SB 192.0.2.20:1863 CKI 1.2", on: 1)
    #expect(stage.close(2, reason: "Nobody answers.") == ["show Nobody answers."])
  }

  @Test func callsBackWhoHasLeft() throws {
    var stage = try ChatStage.talking()
    _ = try stage.hear("BYE bob@example.com", on: 2)
    #expect(stage.type("Still there?") == ["2 >>> CAL 3 bob@example.com\r\n"])
    _ = try stage.hear("CAL 3 RINGING 11752013", on: 2)
    #expect(
      try stage.hear("JOI bob@example.com Bob", on: 2) == [
        "show Bob has joined the conversation.", "2 >>> MSG 4 A 125\r\n\(Self.payload)Still there?",
      ])
    _ = try stage.hear("BYE bob@example.com", on: 2)
    #expect(stage.close(2) == ["show This could not be delivered: Still there?"])
    #expect(stage.type("Hello?") == ["1 >>> XFR 8 SB\r\n"])
  }

  @Test func aRingBackKeepsTheConversation() throws {
    var stage = try ChatStage.talking()
    _ = try stage.hear("BYE bob@example.com", on: 2)
    #expect(
      try stage.hear("RNG 7 192.0.2.20:1863 CKI 3.4 bob@example.com Bob", on: 1)
        == ["2 >>> OUT\r\n", "close 2", "connect 3 to 192.0.2.20:1863"])
    _ = stage.connect(3)
    _ = try stage.hear("IRO 1 1 1 bob@example.com Bob", "ANS 1 OK", on: 3)
    #expect(stage.type("Hi") == ["3 >>> MSG 2 A 115\r\n\(Self.payload)Hi"])
  }

  @Test func invitesAThird() throws {
    var stage = try ChatStage.talking()
    #expect(
      stage.type("/invite carol") == ["show Inviting Carol C ...", "2 >>> CAL 3 carol@example.com\r\n"])
    #expect(stage.type("Hi") == ["2 >>> MSG 4 A 115\r\n\(Self.payload)Hi"], "bob need not wait for carol")
    _ = try stage.hear("CAL 3 RINGING 11752013", on: 2)
    #expect(
      try stage.hear("JOI carol@example.com Carol%20C", on: 2) == ["show Carol C has joined the conversation."])
    #expect(
      stage.type("/leave") == ["2 >>> OUT\r\n", "close 2", "show You have left the conversation with Bob, Carol C."])
    #expect(stage.type("Hi") == ["show You are talking to nobody: /chat WHO begins a conversation."])
    #expect(stage.type("/invite bob") == ["show You are in no conversation: /chat WHO begins one."])
  }

  @Test func anotherConversationDoesNotTakeTheFloor() throws {
    var stage = try ChatStage.talking()
    _ = try stage.hear("RNG 7 192.0.2.20:1863 CKI 3.4 erin@example.com Erin", on: 1)
    _ = stage.connect(3)
    #expect(
      try stage.hear("IRO 1 1 1 erin@example.com Erin", "ANS 1 OK", on: 3)
        == ["show You are in a conversation with Erin: /chat erin@example.com to answer."])
    let text = message("text/plain; charset=UTF-8", "\r\nHi", from: "erin@example.com Erin")
    #expect(try stage.hear(text[0], text[1], on: 3) == ["show [Erin] Erin: Hi"])
    #expect(stage.type("Hi") == ["2 >>> MSG 3 A 115\r\n\(Self.payload)Hi"])
    #expect(stage.type("/chat erin@example.com") == ["show You are talking to Erin."])
    #expect(stage.type("Hi") == ["3 >>> MSG 2 A 115\r\n\(Self.payload)Hi"])
  }

  @Test func showsWhoTypesOnceAMessage() throws {
    var stage = try ChatStage.talking()
    let typing = message("text/x-msmsgscontrol", "TypingUser: bob@example.com\r\n\r\n\r\n")
    let text = message("text/plain; charset=UTF-8", "\r\nHi")
    #expect(try stage.hear(typing[0], typing[1], on: 2) == ["show Bob is typing ..."])
    #expect(try stage.hear(typing[0], typing[1], on: 2) == [])
    #expect(try stage.hear(text[0], text[1], on: 2) == ["show Bob: Hi"])
    #expect(try stage.hear(typing[0], typing[1], on: 2) == ["show Bob is typing ..."])
  }

  @Test func saysWhatItCannotDo() throws {
    var stage = try ChatStage.talking()
    let file = message(
      "text/x-msmsgsinvite; charset=UTF-8",
      "\r\nApplication-Name: File Transfer\r\nInvitation-Command: INVITE\r\nInvitation-Cookie: 33267\r\n\r\n")
    #expect(
      try stage.hear(file[0], file[1], on: 2) == ["show Bob offers File Transfer, which this client cannot do."])
    let cancel = message("text/x-msmsgsinvite; charset=UTF-8", "\r\nInvitation-Command: CANCEL\r\n\r\n")
    #expect(try stage.hear(cancel[0], cancel[1], on: 2) == [])
    let caps = message("text/x-clientcaps", "\r\nClient-Name: Other\r\n")
    #expect(try stage.hear(caps[0], caps[1], on: 2) == [])
  }

  @Test func noTextCommandsTheTerminal() throws {
    var stage = try ChatStage.talking()
    let evil = message(
      "text/plain; charset=UTF-8", "\r\n\u{1b}[2JBob\r\n\u{202e}second\u{9b}1m", from: "bob@example.com %1B%5D0;x%07")
    #expect(try stage.hear(evil[0], evil[1], on: 2) == ["show Bob: ?[2JBob\n  second?1m"])
    #expect(
      try stage.hear("NLN AWY bob@example.com %1B%5D0;x%07", on: 1) == ["show ?]0;x? is now away"])
  }

  @Test func cutsLongTextBetweenCharacters() throws {
    var stage = try ChatStage.talking()
    let text = String(repeating: "é", count: 800)
    let sent = stage.type(text)
    // 113 bytes of headers and at most 1,400 of text: under the 1,664 of a switchboard.
    #expect(
      sent == [
        "2 >>> MSG 3 A 1513\r\n\(Self.payload)\(String(repeating: "é", count: 700))",
        "2 >>> MSG 4 A 313\r\n\(Self.payload)\(String(repeating: "é", count: 100))",
      ])
  }

  @Test func saysWhenItIsCutOff() throws {
    var stage = try ChatStage.talking()
    _ = stage.type("Hi")
    #expect(
      stage.close(2) == ["show The conversation with Bob was cut off.", "show This could not be delivered: Hi"])
  }

  @Test func theEndOfInputWaitsForWhatIsUnderWay() throws {
    var stage = try ChatStage.signedIn()
    _ = stage.type("/chat bob")
    _ = stage.type("Hi")
    #expect(stage.endInput() == [])
    _ = try stage.hear("XFR 7 SB 192.0.2.20:1863 CKI 1.2", on: 1)
    _ = stage.connect(2)
    _ = try stage.hear("USR 1 OK alice@example.com Alice", "CAL 2 RINGING 5", "JOI bob@example.com Bob", on: 2)
    #expect(
      try stage.hear("ACK 3", on: 2) == ["2 >>> OUT\r\n", "close 2", "1 >>> OUT\r\n", "close 1", "finish"])
    #expect(stage.type("Hi") == [])
  }
}
