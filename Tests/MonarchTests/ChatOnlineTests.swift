import MSNP
import Testing

@testable import Monarch

/// Contacts, presence and the own account.
@Suite struct ChatOnlineTests {
  @Test func tellsOfPresence() throws {
    var stage = try ChatStage.signedIn()
    #expect(try stage.hear("NLN AWY bob@example.com Bob", on: 1) == ["show Bob is now away"])
    #expect(try stage.hear("NLN NLN bob@example.com Bob", on: 1) == ["show Bob is now online"])
    #expect(try stage.hear("NLN NLN bob@example.com Bobby", on: 1) == ["show Bob is now called Bobby"])
    #expect(try stage.hear("FLN bob@example.com", on: 1) == ["show Bobby went offline"])
    #expect(try stage.hear("FLN bob@example.com", on: 1) == [])
    #expect(try stage.hear("NLN NLN carol@example.com Carol%20C", on: 1) == ["show Carol C is online"])
    #expect(try stage.hear("NLN LUN bob@example.com Bobby", on: 1) == ["show Bobby is online (out to lunch)"])
  }

  @Test(arguments: [
    ("NLN", "online"), ("BSY", "busy"), ("IDL", "idle"), ("BRB", "away for a moment"), ("AWY", "away"),
    ("PHN", "on the phone"), ("LUN", "out to lunch"),
  ])
  func everyStatusHasWords(code: String, words: String) throws {
    var stage = try ChatStage.signedIn()
    _ = try stage.hear("NLN \(code == "BSY" ? "AWY" : "BSY") bob@example.com Bob", on: 1)
    #expect(try stage.hear("NLN \(code) bob@example.com Bob", on: 1) == ["show Bob is now \(words)"])
  }

  @Test(arguments: [
    ("online", "NLN"), ("away", "AWY"), ("busy", "BSY"), ("brb", "BRB"), ("phone", "PHN"), ("lunch", "LUN"),
    ("Hidden", "HDN"),
  ])
  func changesTheOwnStatus(word: String, code: String) throws {
    var stage = try ChatStage.signedIn()
    #expect(stage.type("/status \(word)") == ["1 >>> CHG 7 \(code)\r\n"])
    #expect(try stage.hear("CHG 7 \(code)", on: 1).count == 1)
  }

  @Test func anUnknownStatusIsNotSent() throws {
    var stage = try ChatStage.signedIn()
    #expect(
      stage.type("/status tired") == ["show Say which: /status online, away, busy, brb, phone, lunch or hidden."])
  }

  @Test func addsContactsAndLetsThemSee() throws {
    var stage = try ChatStage.signedIn()
    #expect(
      stage.type("/add Erin@example.com") == [
        "1 >>> ADD 7 FL erin@example.com erin@example.com\r\n", "1 >>> ADD 8 AL erin@example.com erin@example.com\r\n",
      ])
    #expect(
      try stage.hear("ADD 7 FL 257 erin@example.com erin@example.com 0", on: 1)
        == ["show erin@example.com is one of your contacts now."])
    #expect(
      try stage.hear("BPR 257 erin@example.com PHH", "BPR 257 erin@example.com MOB N", on: 1) == [])
    #expect(try stage.hear("ILN 7 NLN erin@example.com Erin", on: 1) == ["show Erin is online"])
    #expect(try stage.hear("ADD 8 AL 258 erin@example.com erin@example.com", on: 1) == [])
    #expect(
      stage.type("/add bob@example.com") == ["1 >>> ADD 9 FL bob@example.com bob@example.com\r\n"],
      "bob is allowed already")
    #expect(
      try stage.hear("215 9", on: 1) == ["show bob@example.com was not added: they are there already."])
    #expect(stage.type("/add bob") == ["show Give an address: /add bob@example.com."])
  }

  @Test func anUnknownAddressIsExplainedOnce() throws {
    var stage = try ChatStage.signedIn()
    _ = stage.type("/add nobody@example.com")
    #expect(
      try stage.hear("205 7", on: 1)
        == ["show nobody@example.com was not added: there is no user of that address."])
    #expect(try stage.hear("205 8", on: 1) == [])
  }

  @Test func removesContacts() throws {
    var stage = try ChatStage.signedIn()
    #expect(stage.type("/remove carol") == ["1 >>> REM 7 FL carol@example.com\r\n"])
    #expect(
      try stage.hear("REM 7 FL 257 carol@example.com", on: 1)
        == ["show Carol C is not one of your contacts any more."])
    #expect(stage.type("/list") == ["show Your contacts (1 of 1 online):\n  Bob <bob@example.com>: online"])
  }

  @Test func blocksAndUnblocks() throws {
    var stage = try ChatStage.signedIn()
    #expect(
      stage.type("/block bob") == [
        "1 >>> REM 7 AL bob@example.com\r\n", "1 >>> ADD 8 BL bob@example.com bob@example.com\r\n",
      ])
    #expect(try stage.hear("REM 7 AL 256 bob@example.com", on: 1) == [])
    #expect(
      try stage.hear("ADD 8 BL 257 bob@example.com bob@example.com", on: 1)
        == ["show Bob is blocked: they see you offline and cannot call you."])
    #expect(
      stage.type("/list") == [
        """
        show Your contacts (1 of 2 online):
          Bob <bob@example.com>: online, blocked
          Carol C <carol@example.com>: offline
        """
      ])
    #expect(
      stage.type("/unblock bob") == [
        "1 >>> REM 9 BL bob@example.com\r\n", "1 >>> ADD 10 AL bob@example.com bob@example.com\r\n",
      ])
    #expect(try stage.hear("REM 9 BL 258 bob@example.com", on: 1) == [])
    #expect(
      try stage.hear("ADD 10 AL 259 bob@example.com bob@example.com", on: 1) == ["show Bob is not blocked any more."])
    #expect(stage.type("/unblock bob") == ["show Bob is not blocked."])
  }

  @Test func tellsWhoHasAddedUs() throws {
    var stage = try ChatStage.signedIn()
    #expect(
      try stage.hear("ADD 0 RL 258 erin@example.com Erin", on: 1) == [
        "show Erin has added you (/add erin@example.com adds them to your contacts, /block erin@example.com hides you"
          + " from them)."
      ])
    #expect(try stage.hear("ADD 0 RL 259 carol@example.com Carol%20C", on: 1) == ["show Carol C has added you."])
    #expect(try stage.hear("REM 0 RL 260 erin@example.com", on: 1) == [])
  }

  @Test func tellsWhatAnOperatorDidToTheLists() throws {
    var stage = try ChatStage.signedIn()
    #expect(
      try stage.hear("ADD 0 FL 258 erin@example.com Erin 0", "ADD 0 AL 259 erin@example.com Erin", on: 1)
        == ["show Erin is one of your contacts now."])
    #expect(try stage.hear("ADD 0 RL 260 erin@example.com Erin", on: 1) == ["show Erin has added you."])
    #expect(
      try stage.hear(
        "REM 0 FL 261 bob@example.com", "REM 0 AL 261 bob@example.com", "REM 0 RL 261 bob@example.com", on: 1)
        == ["show Bob is not one of your contacts any more: the account was removed."])
  }

  @Test func renames() throws {
    var stage = try ChatStage.signedIn()
    #expect(stage.type("/name  New 100% Ä ") == ["1 >>> REA 7 alice@example.com New%20100%25%20%C3%84\r\n"])
    #expect(
      try stage.hear("REA 7 259 alice@example.com New%20100%25%20%C3%84", on: 1)
        == ["show You are called New 100% Ä now."])
    #expect(stage.type("/name Bad") == ["1 >>> REA 8 alice@example.com Bad\r\n"])
    #expect(
      try stage.hear("209 8", on: 1) == ["show Your name is the same as before: that name is not allowed."])
    #expect(
      stage.type("/name") == [
        "show Your name is the same as before: the name is empty or holds a control character: use letters, digits and"
          + " blanks."
      ])
  }

  @Test func tellsWhyTheServerEndsIt() throws {
    for (line, reason) in [
      ("OUT OTH", "You have signed in somewhere else, which ends this session."),
      ("OUT SSD", "The server is shutting down."),
    ] {
      var stage = try ChatStage.signedIn()
      #expect(try stage.hear(line, on: 1) == ["finish: \(reason)"])
      #expect(stage.close(1) == [])
    }
    var stage = try ChatStage.signedIn()
    #expect(stage.close(1) == ["finish: The connection to the server was lost."])
  }

  /// As real clients do after `OUT` without a reason (login reference, section 9).
  @Test func comesBackWhenSignedOutWithoutReason() throws {
    var stage = try ChatStage.talking()
    _ = stage.type("/status busy")
    #expect(
      try stage.hear("OUT", on: 1) == [
        "show The server has signed you out.", "close 1",
        "show Signing in as alice@example.com at 192.0.2.1:1863 ...", "connect 3 to 192.0.2.1:1863",
        "wake signIn 2 after 30.0 seconds",
      ])
    #expect(stage.close(1) == [])
    #expect(stage.ring(.signIn(attempt: 1)) == [])
    #expect(stage.type("Hi") == [], "waits until signed in")
    #expect(stage.connect(3) == ["3 >>> VER 1 MSNP7 CVR0\r\n"])
    _ = try stage.hear("VER 1 MSNP7 CVR0", "INF 2 MD5", "USR 3 MD5 S 1.2", on: 3)
    #expect(
      try stage.hear("USR 4 OK alice@example.com Alice 1", on: 3)
        == ["3 >>> SYN 5 0\r\n", "3 >>> CHG 6 NLN\r\n", "3 >>> PNG\r\n"])
    let done = try stage.hear("LST 5 FL 256 1 1 erin@example.com Erin 0", "CHG 6 NLN", "QNG", on: 3)
    #expect(done[1] == "show Your contacts (0 of 1 online):\n  Erin <erin@example.com>: offline")
    #expect(done[2].hasPrefix("2 >>> MSG 3 A 115\r\n"), "the conversation went on")
  }

  @Test func doesNotComeBackForEver() throws {
    var stage = try ChatStage.signedIn()
    for attempt in 2...5 {
      let link = attempt
      #expect(try stage.hear("OUT", on: link - 1).last == "wake signIn \(attempt) after 30.0 seconds")
      _ = stage.connect(link)
      _ = try stage.hear("VER 1 MSNP7 CVR0", "INF 2 MD5", "USR 3 MD5 S 1.2", on: link)
      _ = try stage.hear("USR 4 OK alice@example.com Alice 1", "CHG 6 NLN", "QNG", on: link)
    }
    #expect(try stage.hear("OUT", on: 5) == ["finish: The server has signed you out."])
  }

  @Test func passesOnAnnouncedMaintenance() throws {
    var stage = try ChatStage.signedIn()
    #expect(
      try stage.hear(
        "MSG Hotmail Hotmail 88", "|MIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\n",
        "|Type: 1\r\nArg1: 5\r\n", on: 1) == ["show The server will go down in 5 minutes."])
  }

  @Test func quitsAtOnce() throws {
    var stage = try ChatStage.talking()
    #expect(stage.type("/quit") == ["2 >>> OUT\r\n", "close 2", "1 >>> OUT\r\n", "close 1", "finish"])
    stage = try ChatStage.signedIn()
    #expect(stage.interrupt() == ["1 >>> OUT\r\n", "close 1", "finish"])
  }

  @Test func knowsWhoIsMeant() throws {
    var stage = try ChatStage.signedIn()
    #expect(
      stage.type("/chat example") == ["show That may be bob@example.com or carol@example.com: say which."])
    #expect(stage.type("/chat zed") == ["show No contact is called zed: /list shows them, or give an address."])
    #expect(stage.type("/chat") == ["show Say who: /chat bob@example.com, or part of a contact's name."])
    #expect(stage.type("/chat alice@example.com") == ["show That is you."])
    #expect(stage.type("/chat CAROL").first == "show Calling Carol C ...")
    #expect(stage.type("/dance") == ["show There is no command /dance: /help shows them."])
    #expect(stage.type("  ") == [])
  }
}
