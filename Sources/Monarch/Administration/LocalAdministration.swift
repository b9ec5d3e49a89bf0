import Credentials
import MSNP
import Roster
import Store

/// Administration of a store that this process has open.
struct LocalAdministration: Administration {
  /// What people who are signed in have to be told; called after the change is on disk. None may block.
  struct Changes: Sendable {
    /// The account is gone or banned: end its session and its conversations.
    var removed: @Sendable (AccountID) -> Void = { _ in }
    /// Bring people what changed on their lists, or of their own names.
    var noticed: @Sendable ([Notice]) -> Void = { _ in }
  }

  /// For the extensions in other files.
  let store: any PagesStore
  private let seal: PasswordSeal
  private let changes: Changes

  /// - Parameters:
  ///   - seal: seals and opens old-client passwords.
  ///   - changes: whom to tell; the default is nobody, for when no server runs.
  init(store: any PagesStore, seal: PasswordSeal, changes: Changes = Changes()) {
    self.store = store
    self.seal = seal
    self.changes = changes
  }

  func add(_ accounts: [AccountOrder]) async throws -> [UserHandle] {
    let made = try await store.create(try accounts.map(newAccount))
    return accounts.map(\.handle).filter { made[$0] != nil }
  }

  func list(after: AccountID?, limit: Int) async throws -> [AccountSummary] {
    try await store.accounts(after: after, limit: limit).map(AccountSummary.init)
  }

  func show(_ handle: UserHandle) async throws -> AccountPortrait? {
    guard let record = try await store.account(handle), let member = try await store.member(record.account),
      let roster = try await snapshot(of: record.account)
    else { return nil }
    return AccountPortrait(
      summary: AccountSummary(record), isAdministrator: member.isAdministrator, isBanned: member.isBanned,
      keepsHistory: member.keepsHistory, contacts: LocalAdministration.contacts(in: roster))
  }

  func rename(_ handle: UserHandle, to name: FriendlyName) async throws -> Bool {
    guard let notice = try await store.rename(handle, to: name) else { return false }
    changes.noticed([notice])
    return true
  }

  func setPassword(_ handle: UserHandle, _ password: PasswordOrder) async throws -> Bool {
    try check(password)
    return try await store.setPassword(handle, hash: password.hash, sealOldPassword: sealing(password)) != nil
  }

  func setAdministrator(_ handle: UserHandle, _ isOne: Bool) async throws -> Bool {
    try await store.setAdministrator(handle, isOne) != nil
  }

  func setBanned(_ handle: UserHandle, _ isBanned: Bool) async throws -> Bool {
    guard let account = try await store.setBanned(handle, isBanned) else { return false }
    if isBanned { changes.removed(account) }
    return true
  }

  func remove(_ handle: UserHandle) async throws -> Bool {
    guard let (account, notices) = try await store.remove(handle) else { return false }
    changes.removed(account)
    changes.noticed(notices)
    return true
  }

  func makeContacts(_ pairs: [HandlePair]) async throws -> ContactsMade {
    let (notices, unknown) = try await store.makeMutual(pairs.map { ($0.first, $0.second) })
    changes.noticed(notices)
    let count = notices.count { if case .reverseAdded = $0.news { true } else { false } }
    return ContactsMade(count: count, unknown: unknown.sorted())
  }

  func block(_ pairs: [HandlePair]) async throws {
    for pair in pairs {
      guard let owner = try await store.account(pair.first) else { continue }
      try await block(pair.second, by: owner.account)
    }
  }

  func export(after: AccountID?, limit: Int, secrets: Bool) async throws -> ExportPage {
    let records = try await store.accounts(after: after, limit: limit)
    var users: [ExchangedUser] = []
    for record in records {
      guard let roster = try await snapshot(of: record.account), let member = try await store.member(record.account)
      else { continue }
      var user = try exchanged(record, roster, secrets: secrets)
      (user.admin, user.banned, user.profile) = (member.isAdministrator, member.isBanned, member.profile)
      users.append(user)
    }
    return ExportPage(users: users, next: records.count < limit ? nil : records.last?.account)
  }
}

extension LocalAdministration {
  private func newAccount(_ order: AccountOrder) throws -> NewAccount {
    try check(order.password)
    let name = try order.name.map(FriendlyName.checked) ?? FriendlyName(order.handle)
    var account = NewAccount(
      handle: order.handle, name: name, passwordHash: order.password.hash, sealOldPassword: sealing(order.password))
    account.isAdministrator = order.isAdministrator
    account.isBanned = order.isBanned
    account.profile = order.profile
    return account
  }

  private func check(_ password: PasswordOrder) throws {
    guard PasswordHash(text: password.hash) != nil else { throw AdministrationFailure.passwordHash }
    if let oldPassword = password.oldPassword { try PasswordRule.check(oldPassword) }
  }

  private func sealing(_ password: PasswordOrder) -> (@Sendable (AccountID) throws -> [UInt8])? {
    guard let oldPassword = password.oldPassword else { return nil }
    return { [seal] account in try seal.seal(oldPassword, for: account.rawValue) }
  }

  private func snapshot(of account: AccountID) async throws -> RosterSnapshot? {
    try await withCheckedThrowingContinuation { continuation in
      store.snapshot(of: account) { continuation.resume(with: $0) }
    }
  }

  private static func contacts(in roster: RosterSnapshot) -> [AccountPortrait.Contact] {
    var lists: [UserHandle: [String]] = [:]
    for list in [ContactList.forward, .allow, .block, .reverse] {
      for entry in roster.entries(of: list) { lists[entry.handle, default: []].append(list.rawValue) }
    }
    return lists.sorted { $0.key < $1.key }.map { AccountPortrait.Contact(handle: $0.key, lists: $0.value) }
  }

  /// Blocks as a client does, which takes somebody off the allow list first.
  private func block(_ handle: UserHandle, by owner: AccountID) async throws {
    try await change(.remove(.allow, handle, group: nil), by: owner)
    try await change(.add(.block, handle, FriendlyName(handle), group: nil), by: owner)
  }

  /// Makes a change; one that the rules refuse is none.
  private func change(_ change: RosterChange, by account: AccountID) async throws {
    let limits = ListLimits(forward: .max, allow: .max, block: .max, groups: .max)
    let result = await withCheckedContinuation { continuation in
      store.change(change, by: account, limits: limits) { continuation.resume(returning: $0) }
    }
    switch result {
    case .success(let outcome): changes.noticed(outcome.notices)
    case .failure(.refused), .failure(.superseded): break
    case .failure(.unavailable(let failure)): throw failure
    }
  }

  private func exchanged(_ record: AccountRecord, _ roster: RosterSnapshot, secrets: Bool) throws -> ExchangedUser {
    let blocked = roster.block.map(\.handle)
    var user = ExchangedUser(email: record.handle, name: record.name.text, blocked: blocked)
    user.contacts = roster.forward.map(\.handle).filter { !blocked.contains($0) }
    guard let sealed = record.sealedOldPassword else {
      if secrets { user.passwordHash = record.passwordHash }
      return user
    }
    guard secrets else {
      user.oldClients = true
      return user
    }
    user.passwordHash = record.passwordHash
    do {
      user.oldPassword = try seal.open(sealed, for: record.account.rawValue)
    } catch { throw AdministrationFailure("\(record.handle): \(error)") }
    return user
  }
}

extension AccountSummary {
  init(_ record: AccountRecord) {
    self.init(
      account: record.account, handle: record.handle, name: record.name.text,
      admitsOldClients: record.sealedOldPassword != nil, listVersion: record.listVersion.rawValue,
      created: record.created)
  }
}

extension FriendlyName {
  /// A name from the command line or a file.
  static func checked(_ text: String) throws(AdministrationFailure) -> FriendlyName {
    do throws(Refusal) {
      return try FriendlyName(text)
    } catch {
      switch error {
      case .tooLong: throw AdministrationFailure("the name is too long: choose one of at most 129 letters")
      case .unreadable:
        throw AdministrationFailure("the name is empty or holds a control character: use letters, digits and blanks")
      }
    }
  }
}

extension AdministrationFailure {
  static let passwordHash = AdministrationFailure(
    "the password hash is not in the form of an export: scrypt$16384$8$1$<salt>$<hash>")
}
