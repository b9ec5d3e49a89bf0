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

  /// As MSN Messenger 5 does, with the password that was just chosen.
  private static func signInToMessenger(_ server: DevServer) throws {
    let client = try ScriptedClient(to: server.notification)
    try client.send("VER 1 MSNP8")
    try client.expect("VER 1 MSNP8")
    try client.send("CVR 2 0x0409 win 4.10 i386 MSNMSGR 5.0.0544 MSMSGS dora@example.com")
    _ = try client.expect(beginning: "CVR", "2")
    try client.send("USR 3 TWN I dora@example.com")
    let policy = try client.expect(beginning: "USR", "3", "TWN", "S")[4]
    let ticket = try PassportSignIn.ticket(
      for: "dora@example.com", password: "a good password", policy: policy, at: server.web)
    try client.send("USR 4 TWN S \(ticket)")
    try client.expect("USR 4 OK dora@example.com Dora 1 0")
  }
}
