import MSNP
import TestKit
import Testing

/// An administrator with a real browser, and clients that notice.
@Suite(.serialized, .needsBrowser) struct OperatorTests {
  @Test func anAnnouncementReachesWhoIsSignedIn() async throws {
    try await BrowserStage.run { server in
      let bob = try ScriptedClient.online("bob", at: server.notification)
      let browser = try Browser(for: server.web)
      try browser.signIn("alice@example.com")
      try browser.open("/operator/news")
      try browser.fill("text", "Back at <six> & seven.")
      try browser.press("Announce")
      #expect(try browser.text(ofClass: "notice") == "It is on its way to everybody who is signed in.")
      try browser.picture("news-announced")
      let shown = try bob.nextLine(waitingFor: "NOT")
      let payload = String(decoding: shown.payload ?? [], as: UTF8.self)
      #expect(shown.text == "NOT \(payload.utf8.count)")
      #expect(
        payload.hasSuffix(
          "<BODY lang=\"1033\" icon=\"\"><TEXT>Back at &lt;six&gt; &amp; seven.</TEXT></BODY></MSG></NOTIFICATION>"))

      try browser.fill("minutes", "5")
      try browser.press("Give notice")
      let warning = "MIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n"
      try bob.expect("MSG Hotmail Hotmail \(warning.utf8.count)", payload: Array(warning.utf8))
    }
  }

  @Test func aSessionIsEnded() async throws {
    try await BrowserStage.run { server in
      let bob = try ScriptedClient.online("bob", at: server.notification)
      let carol = try ScriptedClient.online("carol", at: server.notification)
      let browser = try Browser(for: server.web)
      try browser.signIn("alice@example.com")
      try browser.open("/operator/sessions")
      #expect(try browser.text.contains("2 people are online."))
      try browser.picture("sessions")
      try browser.press("Sign out", beside: "bob@example.com")
      #expect(try browser.title == "Sign bob@example.com out? - Monarch")
      try browser.picture("kick")
      try browser.press("Sign out")
      #expect(try browser.text(ofClass: "notice").hasPrefix("bob@example.com was signed out."))
      try bob.expect("OUT")
      try bob.expectClosed()
      try carol.expectQuiet()
      try server.stop()
      #expect(server.log(lines: 40).contains("administrator=alice@example.com"))
    }
  }

  @Test func whoIsBannedIsPutOutAndStaysOut() async throws {
    try await BrowserStage.run { server in
      let bob = try ScriptedClient.online("bob", at: server.notification)
      let browser = try Browser(for: server.web)
      try browser.signIn("alice@example.com")
      try browser.open("/operator/people")
      try browser.fill("search", "BOB@")
      try browser.press("Find")
      try browser.follow("bob@example.com")
      try browser.picture("person")
      try browser.press("Ban")
      try browser.picture("ban")
      try browser.press("Ban")
      #expect(try browser.text(ofClass: "notice") == "bob@example.com is banned, and signed out wherever that was.")
      try bob.expect("OUT")
      try bob.expectClosed()
      let again = try ScriptedClient(to: server.notification)
      try again.proveIdentity("bob")
      try again.expect("911 3")
      try browser.press("Let in again")
      _ = try ScriptedClient.online("bob", at: server.notification)
    }
  }

  @Test func aNewPasswordOpensAndTheOldOneDoesNot() async throws {
    try await BrowserStage.run { server in
      let browser = try Browser(for: server.web)
      try browser.signIn("alice@example.com")
      try browser.open("/operator/people")
      try browser.follow("carol@example.com")
      try browser.press("New password")
      try browser.press("Make a new password")
      let password = try browser.text(ofClass: "secret")
      try browser.picture("new-password")
      try browser.pressInMenu("Sign out")
      try browser.signIn("carol@example.com")
      #expect(try browser.text(ofClass: "problem").contains("do not belong together"))
      try browser.signIn("carol@example.com", password)
      #expect(try browser.path == "/account")
    }
  }

  @Test func anInvitationIsMade() async throws {
    try await BrowserStage.run { server in
      let browser = try Browser(for: server.web)
      try browser.signIn("alice@example.com")
      try browser.open("/operator/invitations")
      try browser.fill("note", "the chess club, which has a rather long name and meets on Thursdays")
      try browser.fill("uses", "12")
      try browser.press("Make an invitation")
      let code = try browser.text(ofClass: "secret")
      #expect(code.wholeMatch(of: /[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/) != nil)
      try browser.picture("invitations")
      try browser.open("/operator/invitations")
      #expect(try browser.text.contains("the chess club") && !browser.text.contains(code))
      try browser.press("Revoke", beside: "the chess club")
      try browser.press("Revoke")
      #expect(try browser.text(ofClass: "notice") == "The invitation is revoked.")
      #expect(try !browser.text.contains("the chess club"))
    }
  }
}
