import Cluster
import Credentials
import Logging
import MSNP
import NIOCore
import NIOPosix
import Roster
import ServerKit
import SignIn
import Store
import Synchronization

/// A notification server: the sessions of the people signed in here, and their ways to the store, to each other and to
/// switchboards.
public final class NotificationNode: Sendable {
  typealias Connection = LineConnection<NotificationSession>
  typealias Reference = ConnectionReference<NotificationSession>

  private let settings: NotificationSettings
  private let sessionSettings: SharedSettings
  private let store: any CredentialStore & RosterStore
  /// Judges who signs in. A web server in the same process goes through it too, so that guesses count together.
  public let door: SignInDoor
  private let tickets: TicketMint
  private let webTickets: WebTicketMint
  private let ticketLifetime: Int64
  private let placement: any SwitchboardPlacement
  private let book: any SessionBook
  /// The book when other servers share it; nil for a service that is one process.
  let shared: SharedSessions?
  let board: PresenceBoard
  let drainState = DrainState()
  let logger: Logger
  private let connections = Atomic<UInt64>(0)
  /// Sign-ins that led to a session, and those with a wrong proof.
  public let signIns = Tally()
  public let failures = Tally()

  /// What makes the server one of many.
  public struct Sharing: Sendable {
    let link: any ClusterLink
    let sessions: any SessionStore
    let loop: any EventLoop

    /// - Parameter loop: for timers, and for gathering what is written into the database.
    public init(link: any ClusterLink, sessions: any SessionStore, loop: any EventLoop) {
      self.link = link
      self.sessions = sessions
      self.loop = loop
    }
  }

  /// - Parameters:
  ///   - pool: threads for what takes longer than an event loop may be held up.
  ///   - ticketLifetime: seconds for which a switchboard ticket is good.
  public init(
    _ settings: NotificationSettings, store: any CredentialStore & RosterStore, oldClients: OldClientSignIn,
    passwords: PasswordSignIn = PasswordSignIn(), pool: NIOThreadPool, tickets: TicketMint,
    webTickets: WebTicketMint, ticketLifetime: Int64 = TicketMint.lifetime,
    placement: any SwitchboardPlacement, sharing: Sharing? = nil, logger: Logger
  ) {
    let shared = sharing.map {
      SharedSessions(link: $0.link, store: $0.sessions, loop: $0.loop, logger: logger)
    }
    let book: any SessionBook = shared ?? OwnSessions(store)
    self.shared = shared
    self.book = book
    board = PresenceBoard { state, isOver in book.changed(state, isOver: isOver) }
    var settings = settings
    if let link = sharing?.link {
      settings.signInPlace = { [drainState] () -> SignInPlace in
        guard drainState.isSet else { return .here }
        // Nor to this one itself, before the registry shows that it drains.
        guard let other = link.pick(.notification), other.run != link.run else { return .nowhere }
        return .elsewhere(other.address)
      }
    }
    self.settings = settings
    sessionSettings = SharedSettings(settings)
    self.store = store
    self.tickets = tickets
    self.webTickets = webTickets
    self.ticketLifetime = ticketLifetime
    self.placement = placement
    self.logger = logger
    door = SignInDoor(
      store: store, oldClients: oldClients, passwords: passwords, pool: pool, logger: logger
    ) { [failures] in
      if $2 { failures.add() }
      book.tell(signIn: $0, from: $1, failed: $2)
    }
    shared?.serve(board)
  }

  /// A handler for one connection; to be added to its pipeline on its event loop.
  public func makeHandler(for channel: any Channel) -> any ChannelHandler {
    let id = connections.wrappingAdd(1, ordering: .relaxed).newValue
    let session = NotificationSession(id: ConnectionID(id), settings: sessionSettings)
    return Connection(session, number: id, logger: logger) { [self] effect, connection in
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

  /// Who is signed in here, the latest first, with the time since when in seconds since 1970; at most `limit`.
  public func sessions(limit: Int) -> [(state: SessionState, since: Int64)] {
    board.sessions.sorted { ($0.since, $0.state.account) > ($1.since, $1.state.account) }.prefix(limit).map(\.self)
  }

  /// The session of a handle; nil when it has none here.
  public func session(of handle: UserHandle) -> (state: SessionState, since: Int64)? {
    board.sessions.first { $0.state.handle == handle }
  }

  // MARK: What an operator does to accounts

  /// Ends the account's session, if it has one here.
  public func putOut(_ account: AccountID) { board.remove(account) }

  /// Brings people here what changed on their lists, or of their own names.
  public func post(_ notices: [Notice]) { for batch in Notice.batches(notices) { board.deliver(batch) } }

  // MARK: Effects

  private func perform(_ effect: NotificationEffect, _ connection: Connection, _ id: ConnectionID) {
    switch effect {
    case .announce(let presence, let account): board.publish(presence, of: account, from: id)
    case .look(let accounts): connection.answer(.answer(.watched(board.look(at: accounts))))
    case .watch(let account, let watcher):
      watch(account, by: watcher, connection) { $1.answer(.answer(.watched([$0]))) }
    case .watchAlso(let account, let handle, let watcher):
      watch(account, by: watcher, connection) { $1.deliver(.presence(PresenceNews($0, handle: handle))) }
    case .unwatch(let account, let watcher): board.unwatch(account, by: watcher)
    case .leave(let account, let watching): board.release(account, id, watching: watching)
    case .verify(let handle, let proof): verify(handle, proof, connection)
    case .redeem(let handle, let ticket): redeem(ticket, of: handle, connection)
    case .enter(let account, let handle): enter(account, handle, connection, id)
    case .readRoster(let account): readRoster(account, connection)
    case .change(let change, let account, let limits): self.change(change, account, limits, connection, id)
    case .recallNotices(let account, let version):
      recall(account, version, connection) { $1.deliver(.recalled($0)) }
    case .readNotices(let account, let version):
      recall(account, version, connection) { $1.answer(.answer(.missed($0))) }
    case .findSwitchboard(let account, let handle, let dialect):
      findSwitchboard(account, handle, dialect, connection)
    case .acceptRing(let ring, let account, let handle, let introduction, let dialect, let answer):
      let purpose = TicketPurpose.answer(ring.session)
      let ticket = mint(account, handle, dialect, purpose, ring.switchboard)
      connection.deliver(.invited(ring, ticket: ticket))
      answer(.ringing(introduction))
    }
  }

  private func verify(_ handle: UserHandle, _ proof: SignInProof, _ connection: Connection) {
    guard let reference = connection.reference else { return }
    let address = connection.clientAddress?.limitKey(countsLoopback: false)
    door.verify(handle, proof, from: address) { reference.answer(.answer(.verdict($0))) }
  }

  /// Judges a ticket of the web role, which costs a few microseconds.
  private func redeem(_ ticket: String, of handle: UserHandle, _ connection: Connection) {
    do throws(TicketRefusal) {
      let redeemed = try webTickets.redeem(
        ticket, handle: handle, site: .messenger, now: settings.sources.unixTime())
      connection.answer(.answer(.verdict(.judged(AccountID(redeemed.account)))))
    } catch {
      failures.add()
      connection.log.notice("sign-in failed", metadata: ["person": "\(handle)", "why": "\(error)"])
      connection.answer(.answer(.verdict(.judged(nil))))
    }
  }

  /// Claims the account and lets its one session in. The connection is known to be claiming from before the claim: what
  /// others change, and that another claims the account in turn, may be told before the claim's answer comes.
  private func enter(_ account: AccountID, _ handle: UserHandle, _ connection: Connection, _ id: ConnectionID) {
    guard let reference = connection.reference else { return }
    guard let claimer = board.begin(account, reference) else { return connection.answer(.answer(.storeUnavailable)) }
    book.claim(account) { [self] result in
      reference.loop.execute { [self] in
        let connection = reference.onLoop()
        switch result {
        case .success(let claim?):
          let member = PresenceBoard.Member(
            connection: id, handle: handle, reference: reference, mark: claim.mark,
            since: settings.sources.unixTime())
          admit(member, claim, claimer, connection)
        case .success(nil):
          board.abandon(claimer)
          connection.answer(.answer(.noAccount))
        case .failure(let failure):
          board.abandon(claimer)
          connection.answer(.answer(unavailable(failure)))
        }
      }
    }
  }

  /// The session here that held the account is told first, and is gone before the new one hears `OK`.
  private func admit(
    _ member: PresenceBoard.Member, _ claim: SessionClaim, _ claimer: PresenceBoard.Claimer, _ connection: Connection
  ) {
    guard !connection.isEnded else {
      board.abandon(claimer)
      return giveBack(member, claimer.account)
    }
    var roster = claim.roster
    switch board.enter(member, claimer, watching: roster.forward, contacts: claim.contacts) {
    case .closed:
      giveBack(member, claimer.account)
      connection.answer(.answer(.storeUnavailable))
    case .lost:
      // Nothing is watched for it; what is, is the other's, and must outlast it.
      roster.forward = AccountSet()
      connection.answer(.answer(entered(roster, connection)))
      connection.deliver(.signedInElsewhere)
    case .taken(let loser):
      signIns.add()
      let answer = entered(roster, connection)
      guard let loser else { return connection.answer(.answer(answer)) }
      loser.reference.loop.execute {
        loser.reference.onLoop().deliver(.signedInElsewhere)
        member.reference.answer(.answer(answer))
      }
    }
  }

  private func entered(_ roster: SessionRoster, _ connection: Connection) -> NotificationAnswer {
    let isThroughGateway = connection.isThroughGateway
    let address = connection.clientAddress
    let port = isThroughGateway ? 0 : UInt16(clamping: address?.port ?? 0)
    let place = address?.ipAddress.flatMap { ClientPlace(address: $0, port: port) }
    return .entered(roster, from: place, throughGateway: isThroughGateway)
  }

  /// A claim that has come true is of no use any more.
  private func giveBack(_ member: PresenceBoard.Member, _ account: AccountID) {
    var mark = member.mark
    mark.sequence += 1
    book.changed(SessionState(account: account, handle: member.handle, mark: mark, presence: nil), isOver: true)
  }

  /// Tells `watcher` of an account from now on, and `then` how it is; on the connection's loop.
  private func watch(
    _ account: AccountID, by watcher: AccountID, _ connection: Connection,
    then: @escaping @Sendable (PresenceRecord, Connection) -> Void
  ) {
    guard shared != nil, let reference = connection.reference, !board.knows(account) else {
      return then(board.watch(account, by: watcher, isAsked: false), connection)
    }
    book.find(account) { [board] in
      reference.loop.execute {
        let connection = reference.onLoop()
        let record = board.watch(account, by: watcher, isAsked: true)
        // Whoever is gone has given back what it watched before this.
        guard !connection.isEnded else { return board.unwatch(account, by: watcher) }
        then(record, connection)
      }
    }
  }

  private func recall(
    _ account: AccountID, _ version: ListVersion, _ connection: Connection,
    then: @escaping @Sendable ([Notice]?, Connection) -> Void
  ) {
    guard let reference = connection.reference else { return }
    book.notices(of: account, after: version) { notices in
      reference.loop.execute { then(notices, reference.onLoop()) }
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
  private func change(
    _ change: RosterChange, _ account: AccountID, _ limits: ListLimits, _ connection: Connection, _ id: ConnectionID
  ) {
    guard let reference = connection.reference else { return }
    let then: StoreAnswer<ChangeOutcome, ChangeFailure> = { [self] result in
      switch result {
      case .success(let outcome):
        post(outcome.notices.filter { $0.account != account })
        book.tell(outcome.notices.filter { $0.account != account })
        reference.answer(.answer(.changed(outcome)))
        post(outcome.notices.filter { $0.account == account })
      case .failure(.refused(let refusal)): reference.answer(.answer(.refused(refusal)))
      case .failure(.unavailable(let failure)): reference.answer(.answer(unavailable(failure)))
      // The session is over, and its client about to be told.
      case .failure(.superseded): reference.answer(.answer(.storeUnavailable))
      }
    }
    guard let shared else { return store.change(change, by: account, limits: limits, then: then) }
    guard let generation = board.generation(of: account, on: id) else { return then(.failure(.superseded)) }
    shared.store.change(change, by: account, in: generation, limits: limits, then: then)
  }

  private func unavailable(_ failure: StoreFailure) -> NotificationAnswer {
    door.report(failure)
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

  public func introduction(of account: AccountID, answer: @escaping @Sendable (Introduction?) -> Void) {
    answer(board.introduction(of: account))
  }
}
