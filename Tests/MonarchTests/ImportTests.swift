import Credentials
import Foundation
import MSNP
import TestKit
import Testing

@testable import Monarch

/// `monarch user import` and `export` through the program itself.
@Suite struct ImportTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func importing(_ lines: String..., options: [String] = []) async throws -> Program.Outcome {
    let path = try folder.file("people.jsonl", lines.joined(separator: "\n"))
    return try await monarch(["user", "import", path, "--data", folder.data] + options, in: folder)
  }

  @Test func makesAccountsAndMutualContacts() async throws {
    let outcome = try await importing(
      #"{"email":"alice@example.com","password":"secret","name":"Alice","contacts":["bob@example.com"]}"#,
      "", "   ",
      #"{"email":"Bob@Example.com","password":"secret","oldClients":true,"contacts":["alice@example.com"]}"#,
      #"{"email":"carol@example.com","password":"secret","oldPassword":"other","contacts":["bob@example.com"]}"#)
    #expect(
      outcome
        == Program.Outcome(
          code: 0,
          output: """
            imported 3 users, 0 existed already, 0 failed, 4 contacts made
            1 of them may not sign in with MSN Messenger 1.0-4.7 (oldClients).

            """, errors: ""))
    #expect(
      try await folder.user("list").output == """
        alice@example.com  no old clients  Alice
        bob@example.com    old clients     bob@example.com
        carol@example.com  old clients     carol@example.com

        """)
    let bob = try await folder.user("show", "bob@example.com").output
    #expect(
      bob.hasSuffix(
        """
          contacts      FL is a contact, AL may see the user, BL may not, RL has the user as a contact
            alice@example.com  FL AL RL
            carol@example.com  FL AL RL

        """))
  }

  @Test func namesEveryWrongLineAndGoesOn() async throws {
    let outcome = try await importing(
      #"{"email":"alice","password":"secret"}"#, #"{"email":"a@example.com"}"#,
      #"{"email":"a@example.com","password":"12345678901234567"}"#, #"{"email":"a@example.com","passwort":"x"}"#,
      #"{"email":"a@example.com","password":5}"#, "what is this", #"["a@example.com"]"#, #"{"password":"x"}"#,
      #"{"email":"a@example.com","password":"x","name":"\u0007"}"#,
      #"{"email":"a@example.com","password":"x","passwordHash":"y"}"#, #"{"email":"a@example.com","passwordHash":"y"}"#,
      #"{"email":"a@example.com","password":"x","contacts":["bob"]}"#,
      #"{"email":"ok@example.com","password":"x","oldClients":true,"contacts":["nobody@example.com"]}"#)
    let notAnObject = #"this is not a JSON object such as {"email": "a@example.com", "password": "secret"}"#
    #expect(outcome.code == 1)
    #expect(outcome.output == "imported 1 user, 0 existed already, 12 failed, 0 contacts made\n")
    #expect(
      outcome.errors.split(separator: "\n").map(String.init) == [
        "line 1: email: 'alice' is not an address like a@b.c",
        "line 2: there is neither 'password' nor 'passwordHash'",
        "line 3: password: the password has 17 characters, but Messenger clients cut passwords at 16 and could never"
          + " sign in with it: choose one of 1 to 16 characters",
        "line 4: the field 'passwort' is not known; there are email, password, passwordHash, name, contacts, blocked,"
          + " oldClients, oldPassword, admin, banned, profile",
        "line 5: the field 'password' holds the wrong kind of value", "line 6: \(notAnObject)",
        "line 7: \(notAnObject)", "line 8: there is no 'email'",
        "line 9: the name is empty or holds a control character: use letters, digits and blanks",
        "line 10: there are both 'password' and 'passwordHash': give one of them",
        "line 11: the password hash is not in the form of an export: scrypt$16384$8$1$<salt>$<hash>",
        "line 12: contacts: 'bob' is not an address like a@b.c",
        "line 13: there is no user nobody@example.com to make a contact of",
      ])
  }

  @Test func leavesExistingUsersAsTheyAre() async throws {
    _ = try await importing(#"{"email":"alice@example.com","password":"secret","oldClients":true}"#)
    let before = try await folder.user("export", "--with-secrets").output
    let lines = [
      #"{"email":"bob@example.com","password":"x","oldClients":true}"#,
      #"{"email":"alice@example.com","password":"y","name":"Other","contacts":["bob@example.com"]}"#,
      #"{"email":"bob@example.com","password":"z"}"#,
    ]
    let outcome = try await importing(lines[0], lines[1], lines[2])
    #expect(outcome.output == "imported 1 user, 2 existed already, 0 failed, 0 contacts made\n")
    #expect(try await folder.user("export", "--with-secrets").output.hasPrefix(before))
    let resumed = try await importing(lines[0], lines[1], lines[2], options: ["--resume"])
    #expect(resumed.output == "imported 0 users, 3 existed already, 0 failed, 2 contacts made\n")
  }

  @Test func anExportImportsAsItWas() async throws {
    _ = try await importing(
      #"{"email":"alice@example.com","password":"secret","name":"Älice L","contacts":["bob@example.com"]}"#,
      #"{"email":"bob@example.com","password":"hunter2","oldClients":true,"contacts":["carol@example.com"]}"#,
      #"{"email":"carol@example.com","password":"secret","oldPassword":"other","blocked":["alice@example.com"]}"#)
    let exported = try await folder.user("export", "--with-secrets")
    #expect(
      exported.errors
        == "Warning: this holds password hashes and readable old-client passwords: let nobody else read it.\n")

    let other = try TestFolder()
    let path = try other.file("export.jsonl", exported.output)
    let again = try await other.user("import", path)
    #expect(
      again.output == """
        imported 3 users, 0 existed already, 0 failed, 4 contacts made
        1 of them may not sign in with MSN Messenger 1.0-4.7 (oldClients).

        """)
    #expect(try await other.user("export", "--with-secrets").output == exported.output)

    let users = try exported.output.split(separator: "\n").map { line in
      try JSONDecoder().decode(ExchangedUser.self, from: Data(line.utf8))
    }
    #expect(users.map(\.email.text) == ["alice@example.com", "bob@example.com", "carol@example.com"])
    #expect(users.map(\.name) == ["Älice L", "bob@example.com", "carol@example.com"])
    #expect(users.map(\.oldPassword) == [nil, "hunter2", "other"])
    #expect(
      users.map { $0.contacts.map(\.text) }
        == [["bob@example.com"], ["alice@example.com", "carol@example.com"], ["bob@example.com"]])
    #expect(users.map { $0.blocked.map(\.text) } == [[], [], ["alice@example.com"]])
    let hash = try #require(users[1].passwordHash.flatMap(PasswordHash.init))
    #expect(try hash.verify("hunter2"))
  }

  @Test func anExportWithoutSecretsHasNone() async throws {
    _ = try await importing(
      #"{"email":"alice@example.com","password":"secret"}"#,
      #"{"email":"bob@example.com","password":"secret","oldClients":true}"#)
    #expect(
      try await folder.user("export")
        == Program.Outcome(
          code: 0,
          output: """
            {"email":"alice@example.com","name":"alice@example.com"}
            {"email":"bob@example.com","name":"bob@example.com","oldClients":true}

            """, errors: ""))
  }

  @Test func neverUnblocksAnybody() async throws {
    _ = try await importing(
      #"{"email":"alice@example.com","password":"secret","contacts":["bob@example.com"]}"#,
      #"{"email":"bob@example.com","password":"secret","blocked":["alice@example.com"]}"#)
    let bob = try await folder.user("show", "bob@example.com").output
    #expect(bob.contains("\n    alice@example.com  FL BL RL\n"))
  }

  @Test func readsStandardInput() async throws {
    let outcome = try await folder.user(
      "import", "-", input: #"{"email":"alice@example.com","password":"secret","oldClients":true}"#)
    #expect(outcome.output == "imported 1 user, 0 existed already, 0 failed, 0 contacts made\n")
  }

  @Test func manyBatches() async throws {
    let people = (0..<450).map { number in
      let next = (number + 1) % 450
      return
        #"{"email":"p\#(number)@example.com","password":"x","oldClients":true,"contacts":["p\#(next)@example.com"]}"#
    }
    let path = try folder.file("people.jsonl", people.joined(separator: "\n"))
    #expect(
      try await folder.user("import", path).output
        == "imported 450 users, 0 existed already, 0 failed, 900 contacts made\n")
    #expect(try await folder.user("list").output.split(separator: "\n").count == 450)
  }

  @Test func saysWhyAFileCannotBeRead() async throws {
    let path = folder.path + "/nowhere.jsonl"
    #expect(
      try await folder.user("import", path)
        == Program.Outcome(code: 1, output: "", errors: "Error: cannot read \(path): No such file or directory\n"))
  }

  @Test func cutsLinesWhateverTheirLength() throws {
    let long = String(repeating: "x", count: TextLines.maximumLength + 1)
    var lines = try TextLines(path: try folder.file("lines", "one\n\n\(long)\nlast"))
    var read: [String?] = []
    while let line = try lines.next() {
      #expect(line.number == read.count + 1)
      read.append(line.text.map { String(decoding: $0, as: UTF8.self) })
    }
    #expect(read == ["one", "", nil, "last"])
    #expect(lines.consumed == lines.size)
  }

  @Test(arguments: [(0, "0"), (9999, "9999"), (10_000, "10,000"), (12_345, "12,345"), (1_234_567, "1,234,567")])
  func groupsThousands(number: Int, text: String) { #expect(number.grouped == text) }
}
