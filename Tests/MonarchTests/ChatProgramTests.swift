import Foundation
import MSNP
import SQLiteStore
import TestKit
import Testing

/// `monarch chat` and `monarch user` against `monarch dev`, three real processes.
@Suite struct ChatProgramTests {
  private static func people() async throws -> Fixture {
    try await Fixture.named("chat") { writer in
      _ = try await writer.accounts([("alice@example.com", "Alice"), ("bob@example.com", "Bob")])
      try await writer.makeMutual([("alice@example.com", "bob@example.com")])
    }
  }

  private static func chat(
    _ handle: String, _ server: DevServer, _ folder: TestFolder, dialect: Int? = nil
  ) throws -> Program {
    let choice = dialect.map { ["--dialect", "\($0)", "--web", "http://\(server.web)"] } ?? []
    let program = try Program(["chat", handle, "--server", "\(server.dispatch)"] + choice, folder: folder.path)
    try program.type("password")
    return program
  }

  @Test(arguments: [nil, "127.0.0.1"] as [String?])
  func twoPeopleMeetAndTalk(publicHost: String?) async throws {
    let fixture = try await ChatProgramTests.people()
    let folder = try TestFolder()
    try await onThread {
      let server = try DevServer(fixture, DevServer.Options(publicHost: publicHost))
      let alice = try ChatProgramTests.chat("alice@example.com", server, folder)
      #expect(
        try alice.wait(for: "  Bob <bob@example.com>: offline") == [
          "Signing in as alice@example.com at \(server.dispatch) ...",
          "Signed in as Alice (online). /help shows what you can do.", "Your contacts (0 of 1 online):",
        ])
      let bob = try ChatProgramTests.chat("bob@example.com", server, folder)
      try bob.wait(for: "  Alice <alice@example.com>: online")
      try alice.wait(for: "Bob is online")
      try bob.type("/status away")
      try alice.wait(for: "Bob is now away")

      try alice.type("/chat bob")
      try alice.type("Hello Bob, ça va?")
      #expect(
        try bob.wait(for: "Alice: Hello Bob, ça va?")
          == ["You are away now.", "You are in a conversation with Alice: type to answer."])
      try bob.type("Fine, 100%!")
      #expect(try alice.wait(for: "Bob: Fine, 100%!") == ["Calling Bob ...", "Bob has joined the conversation."])
      try bob.type("/leave")
      try alice.wait(for: "Bob has left the conversation.")
      try alice.type("Back again?")
      try bob.wait(for: "Alice: Back again?")

      try bob.type("/quit")
      #expect(try bob.finish().code == 0)
      try alice.wait(for: "Bob went offline")
      try alice.type("Too late")
      try alice.wait(for: "Bob was not invited: they are not online, or cannot be called.")
      try alice.wait(for: "This could not be delivered: Too late")
      #expect(try alice.finish().code == 0)
    }
  }

  @Test(arguments: [(12, 8), (11, 7), (9, 10)])
  func dialectsMeetAndTalk(alices: Int, bobs: Int) async throws {
    let fixture = try await ChatProgramTests.people()
    let folder = try TestFolder()
    try await onThread {
      let server = try DevServer(fixture)
      let bob = try ChatProgramTests.chat("bob@example.com", server, folder, dialect: bobs)
      try bob.wait(for: "  Alice <alice@example.com>: offline")
      let alice = try ChatProgramTests.chat("alice@example.com", server, folder, dialect: alices)
      try alice.wait(for: "  Bob <bob@example.com>: online")
      try bob.wait(for: "Alice is online")
      try alice.type("/name Alice W")
      try bob.wait(for: "Alice is now called Alice W")
      try alice.type("/block bob")
      try bob.wait(for: "Alice W went offline")
      try alice.wait(for: "Bob is blocked: they see you offline and cannot call you.")
      try alice.type("/unblock bob")
      try bob.wait(for: "Alice W is online")
      try alice.type("/chat bob")
      try alice.type("Hello Bob, ça va?")
      try bob.wait(for: "Alice W: Hello Bob, ça va?")
      try bob.type("Fine!")
      try alice.wait(for: "Bob: Fine!")
      try bob.type("/quit")
      #expect(try bob.finish().code == 0)
      try alice.wait(for: "Bob went offline")
      #expect(try alice.finish().code == 0)
    }
  }

  @Test func peopleSayThingsUnderTheirNames() async throws {
    let fixture = try await ChatProgramTests.people()
    let folder = try TestFolder()
    try await onThread {
      let server = try DevServer(fixture)
      let alice = try ChatProgramTests.chat("alice@example.com", server, folder, dialect: 11)
      try alice.wait(for: "  Bob <bob@example.com>: offline")
      let bob = try ChatProgramTests.chat("bob@example.com", server, folder, dialect: 12)
      try alice.wait(for: "Bob is online")
      try bob.type("/psm gone & back")
      try alice.wait(for: "Bob says: gone & back")
      #expect(try alice.finish().code == 0)
      let again = try ChatProgramTests.chat("alice@example.com", server, folder, dialect: 12)
      try again.wait(for: "  Bob <bob@example.com>: online - gone & back")
      #expect(try again.finish().code == 0)
      #expect(try bob.finish().code == 0)
    }
  }

  @Test func aTicketNeedsTheRightPasswordAndAWebServer() async throws {
    let fixture = try await ChatProgramTests.people()
    let folder = try TestFolder()
    try await onThread {
      let server = try DevServer(fixture)
      func chat(_ web: HostPort) throws -> Program.Outcome {
        let arguments = [
          "chat", "bob@example.com", "--password", "wrong", "--server", "\(server.dispatch)", "--dialect", "9", "--web",
          "http://\(web)",
        ]
        return try Program(arguments, folder: folder.path).finish()
      }
      #expect(try chat(server.web).errors == "Error: Wrong address or password.\n")
      let nobody = HostPort(host: "127.0.0.9", port: server.port)
      #expect(
        try chat(nobody).errors
          == "Error: Nobody answers at http://\(nobody). Is the web role running there? --web names another address.\n")
    }
  }

  @Test func aScriptIsDoneBeforeItsEnd() async throws {
    let fixture = try await ChatProgramTests.people()
    let folder = try TestFolder()
    try await onThread {
      let server = try DevServer(fixture)
      let bob = try ChatProgramTests.chat("bob@example.com", server, folder)
      try bob.wait(for: "  Alice <alice@example.com>: offline")
      let alice = try ChatProgramTests.chat("alice@example.com", server, folder)
      for line in ["/chat bob", "one", "two"] { try alice.type(line) }
      #expect(try alice.finish().code == 0)
      try bob.wait(for: "Alice: one")
      #expect(try bob.wait(for: "Alice: two") == [])
      try bob.wait(for: "Alice went offline")
    }
  }

  @Test func aWrongPasswordIsExplained() async throws {
    let fixture = try await ChatProgramTests.people()
    let folder = try TestFolder()
    try await onThread {
      let server = try DevServer(fixture)
      let arguments = ["chat", "bob@example.com", "--password", "wrong", "--server", "\(server.dispatch)"]
      let outcome = try Program(arguments, folder: folder.path).finish()
      #expect(outcome.code == 1)
      #expect(
        outcome.errors == """
          Error: Wrong address or password, or bob@example.com may not sign in this way: MD5 sign-in is off unless asked for.
            To turn it on, on the server's machine: monarch user password bob@example.com --old-clients

          """)
    }
  }

  @Test func operatorsCommandsReachARunningServer() async throws {
    let fixture = try await ChatProgramTests.people()
    let folder = try TestFolder()
    try await onThread {
      let server = try DevServer(fixture)
      func user(_ arguments: String...) throws -> Program.Outcome {
        try Program(["user"] + arguments + ["--data", server.directory], folder: folder.path).finish()
      }
      let alice = try ChatProgramTests.chat("alice@example.com", server, folder)
      try alice.wait(for: "  Bob <bob@example.com>: offline")
      let bob = try ChatProgramTests.chat("bob@example.com", server, folder)
      try alice.wait(for: "Bob is online")

      #expect(try user("rename", "bob@example.com", "Bob B").output == "bob@example.com is called Bob B now.\n")
      #expect(try alice.wait(for: "Bob is now called Bob B") == [])
      #expect(try user("remove", "bob@example.com").output == "Removed bob@example.com.\n")
      try alice.wait(for: "Bob B is not one of your contacts any more: the account was removed.")
      try bob.wait(for: "The server has signed you out.")
      #expect(try bob.finish().errors.hasPrefix("Error: Wrong address or password, or bob@example.com may not sign in"))

      #expect(
        try user("add", "carol@example.com", "password", "Carol", "--old-clients").output
          == "Added carol@example.com.\n")
      let people = try folder.file(
        "people.jsonl",
        #"{"email":"dan@example.com","password":"x","oldClients":true,"contacts":["alice@example.com"]}"#)
      #expect(
        try user("import", people).output == "imported 1 user, 0 existed already, 0 failed, 2 contacts made\n")
      try alice.wait(
        for: "dan@example.com has added you (/add dan@example.com adds them to your contacts,"
          + " /block dan@example.com hides you from them).")
      try alice.wait(for: "dan@example.com is one of your contacts now.")
      let carol = try ChatProgramTests.chat("carol@example.com", server, folder)
      try carol.wait(for: "Signed in as Carol (online). /help shows what you can do.")
      #expect(try user("list").output.split(separator: "\n").count == 3)
      #expect(try user("export", "--with-secrets").output.contains(#""oldPassword":"password""#))
    }
  }
}
