import Credentials
import MSNP
import Roster
import Store

/// Writes accounts and lists into a store as `monarch` itself would, before it runs.
public struct FixtureWriter: Sendable {
  public static let password = "password"

  public let store: any PagesStore
  private let seal: PasswordSeal
  /// Takes the place of `example.com` in every handle.
  private var domain = "example.com"

  /// - Parameter seal: with the key that the servers will open old-client passwords with.
  init(store: any PagesStore, seal: PasswordSeal) {
    self.store = store
    self.seal = seal
  }

  /// The same writer for accounts of another domain.
  func moved(to domain: String) -> FixtureWriter {
    var writer = self
    writer.domain = domain
    return writer
  }

  /// Makes an account whose password is `password`, for old clients too unless told otherwise.
  @discardableResult
  public func account(_ handle: String, _ name: String, oldClients: Bool = true) async throws -> AccountID {
    try await accounts([(handle, name)], oldClients: oldClients)[0]
  }

  /// Makes accounts in one transaction.
  public func accounts(_ names: [(handle: String, name: String)], oldClients: Bool = true) async throws -> [AccountID] {
    let hash = try PasswordHash.make(FixtureWriter.password, cost: .testOnly).text
    let seal = seal
    let handles = try names.map { try handle($0.handle) }
    var new: [NewAccount] = []
    for (handle, entry) in zip(handles, names) {
      let name = try FriendlyName(entry.name)
      var account = NewAccount(handle: handle, name: name, passwordHash: hash)
      if oldClients {
        account.sealOldPassword = { account in try seal.seal(FixtureWriter.password, for: account.rawValue) }
      }
      new.append(account)
    }
    let made = try await store.create(new)
    return try handles.map { handle in
      guard let account = made[handle] else { throw Trouble("\(handle) is there already") }
      return account
    }
  }

  /// Lets an account administer the service.
  public func makeAdministrator(_ handle: String) async throws {
    guard try await store.setAdministrator(self.handle(handle), true) != nil else {
      throw Trouble("there is no \(handle)")
    }
  }

  @discardableResult
  public func change(_ account: AccountID, _ change: RosterChange) async throws -> ChangeOutcome {
    let limits = ListLimits(forward: 10_000, allow: 10_000, block: 10_000)
    return try await withCheckedThrowingContinuation { continuation in
      store.change(change, by: account, limits: limits) { continuation.resume(with: $0) }
    }
  }

  /// Puts somebody on a list under a name.
  public func add(_ list: ContactList, of account: AccountID, _ other: String, _ name: String, group: UInt8? = nil)
    async throws
  {
    let group = group.flatMap(GroupNumber.init)
    try await change(account, .add(list, handle(other), FriendlyName(name), group: group))
  }

  /// Puts each pair on each other's forward and allow lists.
  public func makeMutual(_ pairs: [(String, String)]) async throws {
    let outcome = try await store.makeMutual(pairs.map { (try handle($0.0), try handle($0.1)) })
    guard outcome.unknown.isEmpty else { throw Trouble("there is no \(outcome.unknown)") }
  }

  /// Raises an account's list version to just this, by changes that undo themselves.
  public func raise(_ account: AccountID, to version: UInt32) async throws {
    var missing = Int(version) - Int(try await self.version(of: account))
    guard missing >= 0 else { throw Trouble("\(account) is past version \(version)") }
    if missing % 2 == 1 {
      try await change(account, .rename(try await name(of: account)))
      missing -= 1
    }
    for _ in 0..<missing / 2 {
      try await change(account, .setReversePrompt(.never))
      try await change(account, .setReversePrompt(.ask))
    }
    guard try await self.version(of: account) == version else { throw Trouble("\(account) missed version \(version)") }
  }

  private func version(of account: AccountID) async throws -> UInt32 {
    try await withCheckedThrowingContinuation { continuation in
      store.snapshot(of: account) { answer in
        continuation.resume(with: answer.map { $0?.version.rawValue ?? 0 })
      }
    }
  }

  private func name(of account: AccountID) async throws -> FriendlyName {
    let roster: SessionRoster? = try await withCheckedThrowingContinuation { continuation in
      store.sessionRoster(of: account) { continuation.resume(with: $0) }
    }
    guard let roster else { throw Trouble("\(account) is gone") }
    return roster.name
  }

  public func handle(_ text: String) throws -> UserHandle {
    let text = text.replacing("@example.com", with: "@\(domain)")
    guard let handle = UserHandle(text) else { throw Trouble("'\(text)' is not a handle") }
    return handle
  }

  struct Trouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }
}
