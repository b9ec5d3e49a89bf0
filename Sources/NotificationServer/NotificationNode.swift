import Cluster
import Credentials
import Logging
import MSNP
import NIOCore
import NIOPosix
import Roster
import ServerKit
import Store
import Synchronization

/// A notification server: the sessions of the people signed in here, and their ways to the store, to each other and to
/// switchboards.
public final class NotificationNode: Sendable {
  typealias Connection = LineConnection<NotificationSession>
  typealias Reference = ConnectionReference<NotificationSession>

  private let settings: NotificationSettings
  private let store: any CredentialStore & RosterStore
  private let door: SignInDoor
  private let tickets: TicketMint
  private let ticketLifetime: Int64
  private let placement: any SwitchboardPlacement
  private let board = PresenceBoard()
  private let logger: Logger
  private let connections = Atomic<UInt64>(0)

  /// - Parameters:
  ///   - pool: threads for what takes longer than an event loop may be held up.
  ///   - ticketLifetime: seconds for which a switchboard ticket is good.
  public init(
    _ settings: NotificationSettings, store: any CredentialStore & RosterStore, oldClients: OldClientSignIn,
    pool: NIOThreadPool, tickets: TicketMint, ticketLifetime: Int64 = TicketMint.lifetime,
    placement: any SwitchboardPlacement, logger: Logger
  ) {
    self.settings = settings
    self.store = store
    self.tickets = tickets
    self.ticketLifetime = ticketLifetime
    self.placement = placement
    self.logger = logger
    door = SignInDoor(store: store, oldClients: oldClients, pool: pool, logger: logger)
  }

  /// A handler for one connection; to be added to its pipeline on its event loop.
  public func makeHandler(for channel: any Channel) -> any ChannelHandler {
    var logger = logger
    logger[metadataKey: "from"] = "\(channel.peer)"
    let id = connections.wrappingAdd(1, ordering: .relaxed).newValue
    logger[metadataKey: "connection"] = "\(id)"
    let session = NotificationSession(id: ConnectionID(id), settings: settings)
    return Connection(session, logger: logger) { [self] effect, connection in
      perform(effect, connection, ConnectionID(id))
    }
  }

  /// Serves one connection; on its event loop.
  public func attach(to channel: any Channel) throws {
    try channel.pipeline.syncOperations.addHandler(makeHandler(for: channel))
  }

  /// How many people are signed in.
  public var signedInCount: Int { board.signedInCount }

  /// Ends every session with `OUT SSD`; nobody can sign in any more.
  public func shutDown() async {
    let members = board.close()
    await withTaskGroup(of: Void.self) { group in
      for member in members {
        group.addTask { await member.reference.deliverAndWait(.shutdown) }
      }
    }
  }

  // MARK: What an operator does to accounts

  /// Ends the account's session, if it has one here.
  public func putOut(_ account: AccountID) { board.deliver(.putOut, to: account) }

  /// Shows watchers a friendly name that changed in the store.
  public func rename(_ account: AccountID, to name: FriendlyName) { board.deliver(.renamed(name), to: account) }

  /// Brings people what changed on their lists.
  public func post(_ notices: [Notice]) {
    for notice in notices { board.deliver(.notice(notice), to: notice.account) }
  }

  // MARK: Effects

  private func perform(_ effect: NotificationEffect, _ connection: Connection, _ id: ConnectionID) {
    switch effect {
    case .announce(let presence, let account): board.publish(presence, of: account, from: id)
    case .watch(let accounts, let watcher):
      connection.answer(.answer(.watched(board.watch(accounts, by: watcher))))
    case .watchAlso(let account, let handle, let watcher):
      for record in board.watch([account], by: watcher) {
        connection.deliver(.presence(PresenceNews(record, handle: handle)))
      }
    case .unwatch(let account, let watcher): board.unwatch(account, by: watcher)
    case .leave(let account, let watching): board.release(account, id, watching: watching)
    case .verify(let handle, let proof): verify(handle, proof, connection)
    case .enter(let account, let handle): enter(account, handle, connection, id)
    case .readRoster(let account): readRoster(account, connection)
    case .change(let change, let account): self.change(change, account, connection)
    case .findSwitchboard(let account, let handle, let dialect):
      findSwitchboard(account, handle, dialect, connection)
    case .acceptRing(let ring, let account, let handle, let name, let dialect, let answer):
      let purpose = TicketPurpose.answer(ring.session)
      let ticket = mint(account, handle, dialect, purpose, ring.switchboard)
      connection.deliver(.invited(ring, ticket: ticket))
      answer(.ringing(name: name))
    }
  }

  private func verify(_ handle: UserHandle, _ proof: SignInProof, _ connection: Connection) {
    guard let reference = connection.reference else { return }
    let address = connection.remoteAddress?.limitKey(countsLoopback: false)
    door.verify(handle, proof, from: address) { reference.answer(.answer($0)) }
  }

  /// Claims the account before its roster is read: a change committed between the two would otherwise be seen by
  /// neither. The session that held the account is told first, and is gone before the new one hears `OK`.
  private func enter(_ account: AccountID, _ handle: UserHandle, _ connection: Connection, _ id: ConnectionID) {
    guard let reference = connection.reference else { return }
    let member = PresenceBoard.Member(connection: id, handle: handle, reference: reference)
    let (isOpen, loser) = board.claim(account, member)
    guard isOpen else { return connection.answer(.answer(.storeUnavailable)) }
    guard let loser else { return loadRoster(account, reference) }
    loser.reference.loop.execute { [self] in
      loser.reference.onLoop().deliver(.signedInElsewhere)
      loadRoster(account, reference)
    }
  }

  private func loadRoster(_ account: AccountID, _ reference: Reference) {
    store.sessionRoster(of: account) { [self] result in
      switch result {
      case .success(let roster?): reference.answer(.answer(.entered(roster)))
      case .success(nil): reference.answer(.answer(.noAccount))
      case .failure(let failure): reference.answer(.answer(unavailable(failure)))
      }
    }
  }

  private func readRoster(_ account: AccountID, _ connection: Connection) {
    guard let reference = connection.reference else { return }
    store.snapshot(of: account) { [self] result in
      switch result {
      case .success(let roster?): reference.answer(.answer(.snapshot(roster)))
      case .success(nil): reference.answer(.answer(.noAccount))
      case .failure(let failure): reference.answer(.answer(unavailable(failure)))
      }
    }
  }

  /// Notices and the reply leave from inside the store's answer, which come in the order of the commits; the changer's
  /// own notices (one may add oneself) come after the reply.
  private func change(_ change: RosterChange, _ account: AccountID, _ connection: Connection) {
    guard let reference = connection.reference else { return }
    store.change(change, by: account, limits: settings.limits) { [self] result in
      switch result {
      case .success(let outcome):
        post(outcome.notices.filter { $0.account != account })
        reference.answer(.answer(.changed(outcome)))
        post(outcome.notices.filter { $0.account == account })
      case .failure(.refused(let refusal)): reference.answer(.answer(.refused(refusal)))
      case .failure(.unavailable(let failure)): reference.answer(.answer(unavailable(failure)))
      }
    }
  }

  private func unavailable(_ failure: StoreFailure) -> NotificationAnswer {
    logger.error("the store is not available", metadata: ["cause": "\(failure)"])
    return .storeUnavailable
  }

  private func findSwitchboard(
    _ account: AccountID, _ handle: UserHandle, _ dialect: Dialect, _ connection: Connection
  ) {
    guard let node = placement.switchboard() else { return connection.answer(.answer(.noSwitchboard)) }
    let ticket = mint(account, handle, dialect, .open, node)
    connection.answer(.answer(.switchboard(node, ticket: ticket)))
  }

  private func mint(
    _ account: AccountID, _ handle: UserHandle, _ dialect: Dialect, _ purpose: TicketPurpose, _ node: SwitchboardNode
  ) -> String {
    let claim = TicketClaim(
      account: account.rawValue, handle: handle, dialect: dialect, purpose: purpose,
      switchboard: SwitchboardIdentity(name: node.name, epoch: node.epoch))
    return tickets.mint(claim, expires: settings.sources.unixTime() + ticketLifetime)
  }
}

extension NotificationNode: RingRoute {
  public func ring(_ ring: Ring, answer: @escaping @Sendable (RingAnswer) -> Void) {
    if !board.deliver(.ring(ring, answer: answer), to: ring.callee) { answer(.unavailable) }
  }

  public func friendlyName(of account: AccountID, answer: @escaping @Sendable (FriendlyName?) -> Void) {
    answer(board.friendlyName(of: account))
  }
}

extension ConnectionReference where Machine == NotificationSession {
  fileprivate func deliverAndWait(_ event: NotificationEvent) async {
    await withCheckedContinuation { continuation in
      loop.execute {
        onLoop().deliver(event)
        continuation.resume()
      }
    }
  }
}
