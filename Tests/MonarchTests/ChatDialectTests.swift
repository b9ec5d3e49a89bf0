import MSNP
import Testing

@testable import Monarch

/// The client in dialects from MSNP8 on, with the lines of the reference's sessions (test vectors, sections 9.8-9.12).
@Suite struct ChatDialectTests {
  @Test func signsInWithATicket() throws {
    var stage = try ChatStage(dialect: .msnp12)
    #expect(stage.connect(1) == ["1 >>> VER 1 MSNP12 CVR0\r\n"])
    #expect(
      try stage.hear("VER 1 MSNP12 CVR0", on: 1)
        == ["1 >>> CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 7.0.0777 MSMSGS alice@example.com\r\n"])
    #expect(
      try stage.hear("CVR 2 7.0.0777 7.0.0777 7.0.0777 http://example.com/ http://example.com/", on: 1)
        == ["1 >>> USR 3 TWN I alice@example.com\r\n"])
    #expect(
      try stage.hear("XFR 3 NS 192.0.2.10:1863 0 192.0.2.1:1863", on: 1)
        == ["close 1", "connect 2 to 192.0.2.10:1863"])
    _ = stage.connect(2)
    _ = try stage.hear("VER 1 MSNP12 CVR0", on: 2)
    _ = try stage.hear("CVR 2 7.0.0777 7.0.0777 7.0.0777 http://example.com/ http://example.com/", on: 2)
    #expect(
      try stage.hear("USR 3 TWN S lc=1033,id=507,ct=1", on: 2)
        == ["fetch 2 a ticket for alice@example.com, password: lc=1033,id=507,ct=1"])
    #expect(stage.answerTicket(.ticket("t=OLD&p="), for: 1) == [], "for a connection that is gone")
    #expect(stage.answerTicket(.ticket("t=ABC&p="), for: 2) == ["2 >>> USR 4 TWN S t=ABC&p=\r\n"])
    #expect(stage.answerTicket(.refused, for: 2) == [], "it was answered before")
    #expect(
      try stage.hear("USR 4 OK alice@example.com 1 0", "SBS 0 null", on: 2)
        == ["2 >>> SYN 5 0 0\r\n", "2 >>> CHG 6 NLN 0\r\n", "2 >>> PNG\r\n"])
    #expect(
      try stage.hear(
        "SYN 5 2000-01-01T00:04:15.0000000-00:00 2000-01-01T00:04:15.0000000-00:00 2 0", "GTC A", "BLP AL",
        "PRP MFN Alice%20W", "LST N=bob@example.com F=Bob C=aaaaaaaa-0000-0000-0000-000000000001 11 1",
        "LST N=erin@example.com F=Erin 16 1", "CHG 6 NLN 0", "ILN 6 AWY bob@example.com Bob 268435500",
        "UBX bob@example.com 68", "|<Data><PSM>gone &amp; back</PSM><CurrentMedia></CurrentMedia></Data>", on: 2) == [])
    #expect(
      try stage.hear("QNG 50", on: 2) == [
        "show Signed in as Alice W (online). /help shows what you can do.",
        """
        show Your contacts (1 of 1 online):
          Bob <bob@example.com>: away - gone & back
        """,
        "show Erin has added you (/add erin@example.com adds them to your contacts, /block erin@example.com hides you"
          + " from them).",
      ])
  }

  @Test(arguments: [.msnp8, .msnp9, .msnp10, .msnp11, .msnp12] as [Dialect])
  func readsTheListsOfEachDialect(dialect: Dialect) throws {
    var stage = try ChatStage.signedIn(in: dialect)
    #expect(
      stage.type("/list") == [
        """
        show Your contacts (1 of 2 online):
          Bob <bob@example.com>: online
          Carol C <carol@example.com>: offline
        """
      ])
    #expect(try stage.hear("NLN AWY bob@example.com Bob 268435500", on: 1) == ["show Bob is now away"])
    #expect(stage.type("/unblock dave@example.com").count == 2, "dave is on the block list")
  }

  @Test func withoutATicketNobodyIsLetIn() throws {
    func stageAsked() throws -> ChatStage {
      var stage = try ChatStage(dialect: .msnp8)
      _ = stage.connect(1)
      _ = try stage.hear("VER 1 MSNP8 CVR0", on: 1)
      _ = try stage.hear("CVR 2 1 1 1 http://example.com/ http://example.com/", on: 1)
      _ = try stage.hear("USR 3 TWN S lc=1033,id=507,ct=1", on: 1)
      return stage
    }
    var stage = try stageAsked()
    #expect(stage.answerTicket(.refused, for: 1) == ["finish: Wrong address or password."])
    stage = try stageAsked()
    #expect(stage.answerTicket(.trouble("Nobody answers."), for: 1) == ["finish: Nobody answers."])
    stage = try stageAsked()
    _ = stage.answerTicket(.ticket("t=ABC&p="), for: 1)
    #expect(
      try stage.hear("911 4", on: 1) == [
        "finish: The server does not take the ticket for alice@example.com. Do --server and --web belong to one service?"
      ])
    stage = try ChatStage(dialect: .msnp8)
    _ = stage.connect(1)
    #expect(try stage.hear("VER 1 MSNP7 CVR0", on: 1) == ["finish: The server does not speak MSNP8."])
  }

  @Test func contactsGoByGUID() throws {
    var stage = try ChatStage.signedIn(in: .msnp10)
    #expect(
      stage.type("/add erin@example.com") == [
        "1 >>> ADC 7 FL N=erin@example.com F=erin@example.com\r\n", "1 >>> ADC 8 AL N=erin@example.com\r\n",
      ])
    #expect(
      try stage.hear(
        "ADC 7 FL N=erin@example.com F=erin@example.com C=aaaaaaaa-0000-0000-0000-000000000003",
        "ADC 8 AL N=erin@example.com", on: 1) == ["show erin@example.com is one of your contacts now."])
    #expect(stage.type("/remove erin") == ["1 >>> REM 9 FL aaaaaaaa-0000-0000-0000-000000000003\r\n"])
    #expect(
      try stage.hear("REM 9 FL aaaaaaaa-0000-0000-0000-000000000003", on: 1)
        == ["show erin@example.com is not one of your contacts any more."])
    #expect(stage.type("/remove erin@example.com") == ["show erin@example.com is not one of your contacts."])
    #expect(
      stage.type("/block bob") == ["1 >>> REM 10 AL bob@example.com\r\n", "1 >>> ADC 11 BL N=bob@example.com\r\n"])
    #expect(
      try stage.hear("REM 10 AL bob@example.com", "ADC 11 BL N=bob@example.com", on: 1)
        == ["show Bob is blocked: they see you offline and cannot call you."])
    #expect(
      stage.type("/unblock bob") == [
        "1 >>> REM 12 BL bob@example.com\r\n", "1 >>> ADC 13 AL N=bob@example.com\r\n",
      ])
    #expect(
      try stage.hear("REM 12 BL bob@example.com", "ADC 13 AL N=bob@example.com", on: 1)
        == ["show Bob is not blocked any more."])
    #expect(stage.type("/name Alice W") == ["1 >>> PRP 14 MFN Alice%20W\r\n"])
    #expect(try stage.hear("PRP 14 MFN Alice%20W", on: 1) == ["show You are called Alice W now."])
  }

  @Test func whoWaitsIsAnswered() throws {
    var stage = try ChatStage.signedIn(in: .msnp11)
    #expect(
      try stage.hear("ADC 0 RL N=erin@example.com F=Erin", on: 1) == [
        "show Erin has added you (/add erin@example.com adds them to your contacts, /block erin@example.com hides you"
          + " from them)."
      ])
    #expect(
      stage.type("/add erin@example.com") == [
        "1 >>> ADC 7 FL N=erin@example.com F=erin@example.com\r\n", "1 >>> ADC 8 AL N=erin@example.com\r\n",
        "1 >>> ADC 9 RL N=erin@example.com\r\n", "1 >>> REM 10 PL erin@example.com\r\n",
      ])
    #expect(
      try stage.hear(
        "ADC 7 FL N=erin@example.com F=erin@example.com C=aaaaaaaa-0000-0000-0000-000000000003",
        "ADC 8 AL N=erin@example.com", "ADC 9 RL N=erin@example.com", "REM 10 PL erin@example.com", on: 1)
        == ["show erin@example.com is one of your contacts now."])
    #expect(
      stage.type("/block erin@example.com") == [
        "1 >>> REM 11 AL erin@example.com\r\n", "1 >>> ADC 12 BL N=erin@example.com\r\n",
      ], "there is nothing left to answer")
    _ = try stage.hear("ADC 0 RL N=frank@example.com F=Frank", on: 1)
    #expect(try stage.hear("REM 0 RL frank@example.com", on: 1) == [])
    #expect(
      stage.type("/block frank@example.com") == ["1 >>> ADC 13 BL N=frank@example.com\r\n"],
      "whoever took us off again waits for nothing")
  }

  @Test func peopleSayThingsUnderTheirNames() throws {
    var stage = try ChatStage.signedIn(in: .msnp11)
    let payload = "<Data><PSM>gone &amp; back</PSM><CurrentMedia></CurrentMedia></Data>"
    #expect(stage.type("/psm gone & back") == ["1 >>> UUX 7 68\r\n\(payload)"])
    #expect(try stage.hear("UUX 7 0", on: 1) == ["show You say: gone & back"])
    #expect(try stage.hear("UBX bob@example.com 68", "|\(payload)", on: 1) == ["show Bob says: gone & back"])
    #expect(try stage.hear("UBX bob@example.com 68", "|\(payload)", on: 1) == [], "he said so before")
    #expect(try stage.hear("UBX bob@example.com 0", on: 1) == [])
    #expect(
      stage.type("/psm") == ["1 >>> UUX 8 53\r\n<Data><PSM></PSM><CurrentMedia></CurrentMedia></Data>"])
    #expect(try stage.hear("UUX 8 0", on: 1) == ["show You say nothing any more."])
    stage = try ChatStage.signedIn(in: .msnp10)
    #expect(
      stage.type("/psm hello") == ["show MSNP10 has no personal messages: sign in with --dialect 11 or 12."])
  }

  @Test func theChallengeIsAnsweredInEachDialect() throws {
    var stage = try ChatStage.signedIn(in: .msnp9)
    #expect(
      try stage.hear("CHL 0 15570131571988941333", on: 1)
        == ["1 >>> QRY 7 msmsgs@msnmsgr.com 32\r\n8f2f5a91b72102cd28355e9fc9000d6e"])
    stage = try ChatStage.signedIn(in: .msnp12)
    #expect(
      try stage.hear("CHL 0 22210219642164014968", on: 1)
        == ["1 >>> QRY 7 PROD0090YUAUV{2B 32\r\n85ecb0db8f32113df79ce0892b9a102c"])
  }

  @Test func aNudgeIsShown() throws {
    var stage = try ChatStage.talking()
    #expect(
      try stage.hear(
        "MSG bob@example.com Bob 69", "|MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n",
        "|\r\nID: 1\r\n\r\n", on: 2) == ["show Bob nudges you."])
  }
}

/// What is said to the web role, and what it says (test vectors, section 7).
@Suite struct TicketRequestTests {
  @Test func everythingIsInOneHeader() throws {
    let request = TicketRequest(
      handle: try #require(UserHandle("alice@example.com")), password: "p,w d%+é", policy: "lc=1033,id=507,ct=1")
    #expect(
      request.authorization
        == "Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=alice%40example%2Ecom,"
        + "pwd=p%2Cw%20d%25%2B%C3%A9,lc=1033,id=507,ct=1")
  }

  @Test func theTicketStandsBetweenQuotes() {
    let success =
      "Passport1.4 da-status=success,tname=MSPAuth,tname=MSPProf,tname=MSPSec,from-PP='t=ABC&p=XYZ',ru=http://x"
    #expect(TicketAnswer(status: 200, authentication: success) == .ticket("t=ABC&p=XYZ"))
    #expect(TicketAnswer(status: 200, authentication: nil) == .trouble("The web server gave no ticket."))
    #expect(TicketAnswer(status: 401, authentication: nil) == .refused)
    #expect(
      TicketAnswer(status: 302, authentication: nil)
        == .trouble("The web server sends on to another one: name that with --web."))
    #expect(
      TicketAnswer(status: 503, authentication: nil) == .trouble("The web server answered with HTTP status 503."))
  }
}
