import MSNP
import TestKit
import Testing

/// The way of a person from an invitation to Messenger.
@Suite(.serialized, .needsBrowser) struct JourneyTests {
  @Test func fromAnInvitationToTheFirstSignIn() async throws {
    try await BrowserStage.run { server in
      let browser = try Browser(for: server.web)
      try browser.open("/signup")
      try browser.fill("email", "dora@example.com")
      try browser.fill("name", "Dora")
      try browser.fill("password", "a good password")
      try browser.fill("again", "a good password")
      try browser.fill("invitation", BrowserStage.invitation.lowercased())
      try browser.picture("signup-filled")
      try browser.press("Sign up")
      #expect(try browser.path == "/welcome")
      #expect(try browser.text.contains("dora@example.com"))
      try browser.picture("welcome")

      try JourneyTests.signInToMessenger(server)

      try browser.pressInMenu("Sign out")
      #expect(try browser.text.contains("Sign in to your account"))
      try browser.open("/account")
      #expect(try browser.path == "/signin")
      try browser.signIn("dora@example.com", "a good password")
      #expect(try browser.path == "/account")
      #expect(try browser.text.contains("dora@example.com"))
    }
  }

  /// With the password that was just chosen, as MSN Messenger 5 and as 7.5 do.
  private static func signInToMessenger(_ server: DevServer) throws {
    for dialect in [8, 12] {
      let chat = try Program(
        [
          "chat", "dora@example.com", "--server", "\(server.dispatch)", "--dialect", "\(dialect)", "--web",
          "http://\(server.web)",
        ], folder: server.directory)
      try chat.type("a good password")
      try chat.wait(for: "Signed in as Dora (online). /help shows what you can do.")
      try chat.type("/quit")
      #expect(try chat.finish().code == 0)
    }
  }
}
