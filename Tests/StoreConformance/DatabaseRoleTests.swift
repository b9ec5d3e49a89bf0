import MSNP
import Roster
import Store
import TestKit
import Testing

@testable import PostgreSQL
@testable import PostgreSQLStore

/// `deploy/roles.sql`: what each role of the cluster has to do works, and what it has no business with is refused.
@Suite("Database roles", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
struct DatabaseRoleTests {
  typealias Role = DatabaseRoles.Role

  private static let missingRight = "42501"

  /// A database with a node of each role, `ds`, `ns`, `sb` and `web`, and an account that has a session.
  private static func database() async throws -> DatabaseRoles {
    try await onThread {
      let roles = try DatabaseRoles()
      let owner = try roles.owner()
      try owner.run(
        """
        INSERT INTO account (handle, name, password, list_version, privacy, prompt, created)
          VALUES ('alice@example.com', 'Alice', 'hash', 1, 'AL', 'A', 0);
        INSERT INTO session (account, handle, node, epoch, generation, sequence)
          VALUES (1, 'alice@example.com', 'ns', 1, 1, 1);
        """)
      for (name, role) in [("ds", Role.dispatch), ("ns", .notification), ("sb", .switchboard), ("web", .web)] {
        try owner.run(register(name, role))
      }
      return roles
    }
  }

  private static func register(_ name: String, _ role: Role) -> String {
    """
    INSERT INTO node (name, role, epoch, address, seal)
    VALUES ('\(name)', '\(role.rawValue)', nextval('node_epoch'), '127.0.0.1:1863', '')
    ON CONFLICT (name) DO UPDATE SET role = excluded.role, epoch = excluded.epoch
    """
  }

  @Test(
    "A node reads the whole registry and writes rows of its own role only",
    arguments: [Role.dispatch, .notification, .switchboard, .web])
  func registry(role: Role) async throws {
    let roles = try await Self.database()
    try await onThread {
      let node = try roles.session(as: role)
      let own = "role = '\(role.rawValue)'"
      // Twice: a node that comes again takes its row over.
      for _ in 1...2 { #expect(node.refusal(Self.register("mine", role)) == nil) }
      #expect(try node.run("SELECT name FROM node").count == 5)
      #expect(try node.run("UPDATE node SET heartbeat = clock_timestamp() RETURNING name").count == 2)
      #expect(try node.run("UPDATE node SET dead = true WHERE NOT \(own) RETURNING name").count == 0)
      #expect(try node.run("DELETE FROM node WHERE NOT \(own) RETURNING name").count == 0)
      for other in [Role.dispatch, .notification, .switchboard, .web] where other != role {
        #expect(node.refusal(Self.register("new", other)) == Self.missingRight)
        #expect(node.refusal("UPDATE node SET role = '\(other.rawValue)' WHERE \(own)") == Self.missingRight)
      }
      for name in ["ds", "ns", "sb", "web"]
      where try node.run("SELECT FROM node WHERE name = '\(name)' AND \(own)").isEmpty {
        #expect(node.refusal(Self.register(name, role)) == Self.missingRight)
      }
      #expect(try node.run("DELETE FROM node WHERE \(own) RETURNING name").count == 2)
      #expect(try roles.owner().run("SELECT FROM node WHERE NOT dead").count == 3)
    }
  }

  @Test("What a role has no business with is refused", arguments: Role.allCases)
  func refused(role: Role) async throws {
    let roles = try await Self.database()
    try await onThread {
      let session = try roles.session(as: role)
      for sql in try #require(Self.forbidden[role]) + Self.forbiddenToAll {
        #expect(session.refusal(sql) == Self.missingRight, "\(sql)")
      }
    }
  }

  private static let forbidden: [Role: [String]] = [
    .dispatch: readingPeople + writingPeople + [
      "SELECT * FROM session", "DELETE FROM session", "SELECT * FROM history_keeper", "SELECT * FROM history",
      "INSERT INTO history SELECT * FROM history", "SELECT nextval('conversation_block')",
    ],
    .switchboard: readingPeople + writingPeople + [
      "DELETE FROM session", "UPDATE session SET node = 'sb'", "SELECT 1 FROM session FOR UPDATE",
      "INSERT INTO session SELECT * FROM session", "SELECT * FROM history", "SELECT owner FROM history",
      "UPDATE history SET text = ''",
    ],
    .notification: [
      "DELETE FROM account", "INSERT INTO account SELECT * FROM account", "UPDATE account SET password = 'x'",
      "UPDATE account SET old_password = NULL", "UPDATE account SET handle = 'bob@example.com'",
      "UPDATE account SET administrator = true", "UPDATE account SET banned = false",
      "UPDATE account SET profile = ''", "SELECT * FROM history",
      "SELECT nextval('account_id_seq')", "SELECT nextval('conversation_block')",
    ] + pages.map { "SELECT * FROM \($0)" } + writingPages,
    .web: [
      "UPDATE account SET handle = 'bob@example.com'", "UPDATE account SET privacy = 'BL'",
      "UPDATE account SET created = 0", "DELETE FROM session", "UPDATE session SET node = 'web'",
      "INSERT INTO session SELECT * FROM session", "SELECT 1 FROM session FOR UPDATE",
      "INSERT INTO history SELECT * FROM history", "UPDATE history SET text = ''",
      "SELECT nextval('conversation_block')",
    ],
    .operator: [
      "UPDATE node SET dead = true", "DELETE FROM node", register("mine", .notification), "DELETE FROM session",
      "UPDATE session SET node = 'sb'", "SELECT nextval('node_epoch')", "INSERT INTO history SELECT * FROM history",
      "UPDATE history SET text = ''",
    ],
    .stranger: readingPeople + writingPeople + [
      "SELECT * FROM session", "DELETE FROM session", "SELECT * FROM node", "DELETE FROM node",
      "SELECT * FROM history_keeper", "SELECT * FROM history",
      register("mine", .dispatch), "SELECT * FROM schema_step", "SELECT nextval('node_epoch')",
      "SELECT nextval('conversation_block')",
    ],
  ]

  private static let people = ["account", "contact", "contact_note", "contact_group", "property", "notice"]
  private static let pages = ["picture", "page_session", "invitation"]
  private static let readingPeople = (people + pages).map { "SELECT * FROM \($0)" }
  private static let writingPeople =
    people.map { "DELETE FROM \($0)" } + [
      "UPDATE account SET list_version = 9", "INSERT INTO notice VALUES (1, 1, 1, '')",
    ] + writingPages
  private static let writingPages =
    (pages + ["history_keeper", "history"]).map { "DELETE FROM \($0)" } + [
      "INSERT INTO page_session VALUES ('x', 1, 1, 1)", "INSERT INTO history_keeper VALUES (1)",
      "INSERT INTO invitation VALUES ('x', 1, 1, 1, true, '')", "UPDATE invitation SET uses = 9",
    ]

  private static let forbiddenToAll = [
    "INSERT INTO schema_step VALUES (99, 'x', 99)", "DELETE FROM schema_step", "CREATE TABLE mine ()",
    "TRUNCATE node", "TRUNCATE session", "DROP TABLE notice", "ALTER TABLE node DISABLE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON node USING (true)", "CREATE ROLE mine", "SELECT setval('node_epoch', 1)",
    "COPY node TO PROGRAM 'true'",
  ]

  @Test("A switchboard looks up who is where, and takes numbers for conversations")
  func switchboard() async throws {
    let roles = try await Self.database()
    try await onThread {
      let switchboard = try roles.session(as: .switchboard)
      #expect(try switchboard.run("SELECT * FROM session WHERE handle = 'alice@example.com'").count == 1)
      #expect(switchboard.refusal("SELECT nextval('conversation_block')") == nil)
      try Schema.check(switchboard)
      try Schema.check(try roles.session(as: .dispatch))
    }
  }

  @Test("The operator sees nodes and sessions, and leaves notices")
  func operators() async throws {
    let roles = try await Self.database()
    try await onThread {
      let person = try roles.session(as: .operator)
      #expect(try person.run("SELECT * FROM node").count == 4)
      #expect(try person.run("SELECT * FROM session").count == 1)
      #expect(person.refusal("INSERT INTO notice VALUES (1, 2, 0, 'x')") == nil)
    }
  }

  @Test("A notification server claims sessions and leaves notices")
  func sessions() async throws {
    let roles = try await Self.database()
    try await onThread {
      let node = try roles.session(as: .notification)
      for sql in [
        "SELECT 1 FROM account WHERE id = 1 FOR NO KEY UPDATE",
        """
        INSERT INTO session (account, handle, node, epoch, generation, sequence)
        VALUES (1, 'alice@example.com', 'ns', 1, 7, 0)
        ON CONFLICT (account) DO UPDATE SET generation = excluded.generation
        """,
        "UPDATE session SET status = 'NLN', sequence = 2 WHERE account = 1", "DELETE FROM session WHERE node = 'ns'",
        "INSERT INTO notice VALUES (1, 2, 0, 'x')", "SELECT news FROM notice WHERE account = 1",
        "DELETE FROM notice WHERE made < now()", "UPDATE node SET dead = true WHERE name = 'ns'",
      ] {
        #expect(node.refusal(sql) == nil, "\(sql)")
      }
    }
  }
}
