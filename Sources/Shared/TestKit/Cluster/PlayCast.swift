import Credentials
import PostgreSQL
import Synchronization

/// The accounts of plays in a cluster's database: prepared once, copied for each play under a domain of its own.
public enum PlayCast {
  /// A database that holds what every play may ask for.
  public static let plan = FixturePlan("plays") { writer in
    for (ground, domain) in originals {
      let writer = writer.moved(to: domain.name)
      try await ground.plan.prepare(writer)
      let witnesses = (0..<9).map { ("witness\($0)@example.com", "Witness") }
      _ = try await writer.accounts(witnesses.map { (handle: $0.0, name: $0.1) })
      let pairs = (0..<9).flatMap { first in (0..<first).map { (witnesses[first].0, witnesses[$0].0) } }
      try await writer.makeMutual(pairs)
    }
  }

  private static let originals = zip(PlayGround.allCases, (0...).lazy.map(PlayDomain.init)).map { ($0, $1) }
  private static let taken = Mutex(PlayGround.allCases.count)

  /// A domain that no other play has.
  static func domain() -> PlayDomain {
    PlayDomain(
      taken.withLock { number in
        number += 1
        return number - 1
      })
  }

  /// Somebody who watches and is watched by the witnesses of the play's other servers.
  static func witness(_ index: Int, in domain: PlayDomain) -> String { "witness\(index)@\(domain.name)" }

  /// Copies the accounts that a play asks for. Old-client passwords are sealed anew: they are bound to the number of
  /// their account.
  static func copy(_ ground: PlayGround, to domain: PlayDomain, on cluster: ClusterServer) throws {
    guard let original = originals.first(where: { $0.0 == ground })?.1 else { return }
    let session = try cluster.databaseSession()
    try session.run("BEGIN")
    try session.run(pairs, [.text(original.name)])
    for statement in copies { try session.run(statement, [.text(original.name), .text(domain.name)]) }
    let seal = try cluster.fixture.seal
    for row in try session.run("SELECT new FROM pair JOIN account ON id = old WHERE old_password IS NOT NULL") {
      let account: Int64 = try row.integer(0)
      let sealed = try seal.seal(FixtureWriter.password, for: account)
      try session.run("UPDATE account SET old_password = $1 WHERE id = $2", [.bytes(sealed), .integer(account)])
    }
    try session.run("COMMIT")
  }

  private static let pairs = """
    CREATE TEMPORARY TABLE pair ON COMMIT DROP AS
    SELECT id AS old, nextval(pg_get_serial_sequence('account', 'id')) AS new
    FROM (SELECT id FROM account WHERE handle LIKE '%@' || $1 ORDER BY id) AS original
    """

  private static let copies = [
    """
    INSERT INTO account (id, handle, name, password, old_password, list_version, privacy, prompt, created)
    SELECT new, replace(handle, $1, $2), replace(name, $1, $2), password, old_password, list_version, privacy, prompt,
      created
    FROM account JOIN pair ON id = old
    """,
    """
    INSERT INTO contact (owner, contact, lists, groups, name, guid)
    SELECT owners.new, contacts.new, lists, groups, replace(name, $1, $2), guid
    FROM contact JOIN pair AS owners ON owner = owners.old JOIN pair AS contacts ON contact = contacts.old
    """,
    """
    INSERT INTO contact_group (owner, number, name, guid)
    SELECT new, number, replace(name, $1, $2), guid FROM contact_group JOIN pair ON owner = old
    """,
    """
    INSERT INTO property (owner, key, value)
    SELECT new, key, replace(value, $1, $2) FROM property JOIN pair ON owner = old
    """,
  ]
}
