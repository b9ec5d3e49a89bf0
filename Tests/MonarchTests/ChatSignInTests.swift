import MSNP
import Testing

@testable import Monarch

/// Signing in, with the lines of the reference's MSNP7 session (test vectors, section 9.7).
@Suite struct ChatSignInTests {
  @Test func signsInThroughADispatchServer() throws {
    var stage = try ChatStage()
    #expect(
      stage.beginning == [
        "show Signing in as alice@example.com at 192.0.2.1:1863 ...", "connect 1 to 192.0.2.1:1863",
        "wake signIn 1 after 30.0 seconds",
      ])
    #expect(stage.connect(1) == ["1 >>> VER 1 MSNP7 CVR0\r\n"])
    #expect(try stage.hear("VER 1 MSNP7 CVR0", on: 1) == ["1 >>> INF 2\r\n"])
    #expect(try stage.hear("INF 2 MD5", on: 1) == ["1 >>> USR 3 MD5 I alice@example.com\r\n"])
    #expect(
      try stage.hear("XFR 3 NS 192.0.2.10:1863 0 192.0.2.1:1863", on: 1)
        == ["close 1", "connect 2 to 192.0.2.10:1863"])
    #expect(stage.close(1) == [])
    #expect(stage.connect(2) == ["2 >>> VER 1 MSNP7 CVR0\r\n"])
    #expect(try stage.hear("VER 1 MSNP7 CVR0", on: 2) == ["2 >>> INF 2\r\n"])
    #expect(try stage.hear("INF 2 MD5", on: 2) == ["2 >>> USR 3 MD5 I alice@example.com\r\n"])
    #expect(
      try stage.hear("USR 3 MD5 S 1234567890.123456789", on: 2)
        == ["2 >>> USR 4 MD5 S f59af8f2fa91d38aff7c870c17f99903\r\n"])
    #expect(
      try stage.hear("USR 4 OK alice@example.com Alice 1", on: 2)
        == ["2 >>> SYN 5 0\r\n", "2 >>> CHG 6 NLN\r\n", "2 >>> PNG\r\n"])
  }

  @Test func showsTheListsOnceTheyAreThere() throws {
    var stage = try ChatStage()
    _ = stage.connect(1)
    _ = try stage.hear("VER 1 MSNP7 CVR0", on: 1)
    _ = try stage.hear("INF 2 MD5", on: 1)
    _ = try stage.hear("USR 3 MD5 S 1234567890.123456789", on: 1)
    _ = try stage.hear("USR 4 OK alice@example.com Alice 1", on: 1)
    #expect(
      try stage.hear(
        "MSG Hotmail Hotmail 95", "|MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsprofile; charset=UTF-8\r\n",
        "|LoginTime: 1726321960\r\n\r\n", "SYN 5 255", "GTC 5 255 A", "BLP 5 255 AL",
        "PRP 5 255 PHH 1%20555%20555-0100", "PRP 5 255 PHW", "LSG 5 255 1 2 0 Other%20Contacts 0",
        "LST 5 FL 255 1 2 bob@example.com Bob 1", "BPR 255 bob@example.com PHH 1%20555%20555-0101",
        "LST 5 FL 255 2 2 carol@example.com Carol%20C 0", "LST 5 AL 255 1 2 bob@example.com Bob",
        "LST 5 AL 255 2 2 carol@example.com Carol%20C", "LST 5 BL 255 1 1 dave@example.com Dave",
        "LST 5 RL 255 1 3 bob@example.com Bob", "LST 5 RL 255 2 3 dave@example.com Dave",
        "LST 5 RL 255 3 3 erin@example.com Erin", "CHG 6 NLN", "ILN 6 AWY carol@example.com Carol%20C", on: 1) == [])
    #expect(
      try stage.hear("QNG", on: 1) == [
        "show Signed in as Alice (online). /help shows what you can do.",
        """
        show Your contacts (1 of 2 online):
          Carol C <carol@example.com>: away
          Bob <bob@example.com>: offline
        """,
        "show Erin has added you (/add erin@example.com adds them to your contacts, /block erin@example.com hides you"
          + " from them).",
      ])
  }

  @Test func answersTheChallenge() throws {
    var stage = try ChatStage.signedIn()
    #expect(
      try stage.hear("CHL 0 15570131571988941333", on: 1)
        == ["1 >>> QRY 7 msmsgs@msnmsgr.com 32\r\n8f2f5a91b72102cd28355e9fc9000d6e"])
    #expect(try stage.hear("QRY 7", on: 1) == [])
  }

  @Test func saysHowToTurnOldClientsOn() throws {
    var stage = try ChatStage(password: "wrong")
    _ = stage.connect(1)
    _ = try stage.hear("VER 1 MSNP7 CVR0", on: 1)
    _ = try stage.hear("INF 2 MD5", on: 1)
    _ = try stage.hear("USR 3 MD5 S 1234567890.123456789", on: 1)
    #expect(
      try stage.hear("911 4", on: 1) == [
        """
        finish: Wrong address or password, or alice@example.com may not sign in this way: MD5 sign-in is off unless asked for.
          To turn it on, on the server's machine: monarch user password alice@example.com --old-clients
        """
      ])
    #expect(stage.close(1) == [])
  }

  @Test func explainsWhyItCannotSignIn() throws {
    var stage = try ChatStage()
    #expect(stage.close(1, reason: "Nobody answers.") == ["finish: Nobody answers."])

    stage = try ChatStage()
    _ = stage.connect(1)
    #expect(try stage.hear("VER 1 0", on: 1) == ["finish: The server does not speak MSNP7."])

    stage = try ChatStage()
    _ = stage.connect(1)
    #expect(stage.close(1) == ["finish: The server closed the connection while signing in."])

    stage = try ChatStage()
    _ = stage.connect(1)
    _ = try stage.hear("VER 1 MSNP7", on: 1)
    #expect(
      try stage.hear("601 2", on: 1) == [
        "finish: The server did not let you in: the service is not available just now, try again later."
      ])

    stage = try ChatStage()
    _ = stage.connect(1)
    #expect(stage.ring(.signIn(attempt: 1)) == ["finish: The server did not let you in within 30 seconds."])
  }

  @Test func followsNoEndlessTransfers() throws {
    var stage = try ChatStage()
    for link in 1...6 {
      _ = stage.connect(link)
      _ = try stage.hear("VER 1 MSNP7 CVR0", on: link)
      _ = try stage.hear("INF 2 MD5", on: link)
      let done = try stage.hear("XFR 3 NS 192.0.2.10:1863 0 192.0.2.1:1863", on: link)
      #expect(
        done
          == (link == 6
            ? ["finish: The server sent us to a place that cannot be understood."]
            : ["close \(link)", "connect \(link + 1) to 192.0.2.10:1863"]))
    }
  }

  @Test func theAlarmOfSignInMeansNothingLater() throws {
    var stage = try ChatStage.signedIn()
    #expect(stage.ring(.signIn(attempt: 1)) == [])
  }

  @Test func whatIsTypedEarlyWaits() throws {
    var stage = try ChatStage()
    #expect(stage.type("/status busy") == [])
    #expect(stage.endInput() == [])
    _ = stage.connect(1)
    _ = try stage.hear("VER 1 MSNP7 CVR0", on: 1)
    _ = try stage.hear("INF 2 MD5", on: 1)
    _ = try stage.hear("USR 3 MD5 S 1234567890.123456789", on: 1)
    _ = try stage.hear("USR 4 OK alice@example.com Alice 1", on: 1)
    #expect(try stage.hear("CHG 6 NLN", on: 1) == [])
    #expect(
      try stage.hear("QNG", on: 1) == [
        "show Signed in as Alice (online). /help shows what you can do.",
        "show You have no contacts yet: /add EMAIL adds one.", "1 >>> CHG 7 BSY\r\n",
      ])
    #expect(
      try stage.hear("CHG 7 BSY", on: 1) == ["show You are busy now.", "1 >>> OUT\r\n", "close 1", "finish"])
  }
}
