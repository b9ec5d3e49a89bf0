import Cluster
import Credentials
import Logging
import MSNP
import NIOCore
import Roster
import ServerKit
import Synchronization

/// How a switchboard treats its conversations.
public struct SwitchboardSettings: Sendable {
  /// The time a connection has to bring its ticket.
  public var step: TimeAmount
  /// The longest message in bytes; a longer one closes its sender's connection.
  public var maximumMessage: Int
  /// The time a callee's notification server has to answer a ring; after it the callee counts as not online.
  public var ringPatience: TimeAmount
  /// The time after which a caller learns that a callee cannot be reached, the same for every reason.
  public var refusalTime = TimeAmount.milliseconds(25)
  /// Seconds since 1970, by which tickets expire.
  public var unixTime: @Sendable () -> Int64
  var conversations = Conversation.Limits()

  public init(
    step: TimeAmount = .seconds(30), maximumMessage: Int = 1664, ringPatience: TimeAmount = .seconds(2),
    unixTime: @escaping @Sendable () -> Int64
  ) {
    self.step = step
    self.maximumMessage = maximumMessage
    self.ringPatience = ringPatience
    self.unixTime = unixTime
  }
}

/// A switchboard: conversations and the connections in them, all on one event loop.
///
/// One loop relays a hundred thousand messages a second; keeping to it spares every message a lock or a hop, and a
/// service that needs more starts more switchboards, as the official one did.
public final class SwitchboardServer: Sendable {
  typealias Connection = LineConnection<SwitchboardSession>

  let address: HostPort
  /// The runs of this process, the present one last.
  let runs: Mutex<[NodeRun]>
  public let counts = SwitchboardCounts()
  /// Conversations that were opened.
  public let opened = Tally()
  public let loop: any EventLoop
  let settings: SwitchboardSettings
  let route: any RingRoute
  /// Writes histories; nil for a service that keeps none.
  let recorder: HistoryRecorder?
  private let tickets: TicketMint
  private let numbering: any SessionNumbering
  let logger: Logger
  private let bound: NIOLoopBoundBox<State>

  struct State {
    var conversations: [SessionID: Conversation] = [:]
    var connections: [MemberID: Connection] = [:]
    /// In which conversation a connection is.
    var places: [MemberID: SessionID] = [:]
    var usedTickets = UsedTickets()
    /// Accounts that were removed, with the time at which the last ticket expires that they may hold.
    var barred: [AccountID: Int64] = [:]
    var lastMember: UInt64 = 0
    var keepers = KeeperTable()
  }

  /// What is on the loop; on the loop only.
  var state: State {
    get { bound.value }
    _modify { yield &bound.value }
  }

  public init(
    _ node: SwitchboardNode, _ settings: SwitchboardSettings, on loop: any EventLoop, tickets: TicketMint,
    route: any RingRoute, numbering: any SessionNumbering, recorder: HistoryRecorder? = nil, logger: Logger
  ) {
    address = node.address
    runs = Mutex([NodeRun(name: node.name, epoch: node.epoch)])
    self.settings = settings
    self.loop = loop
    self.tickets = tickets
    self.route = route
    self.numbering = numbering
    self.recorder = recorder
    self.logger = logger
    bound = NIOLoopBoundBox.makeBoxSendingValue(State(), eventLoop: loop)
    loop.scheduleRepeatedTask(initialDelay: .seconds(60), delay: .seconds(60)) { [weak self] task in
      guard let self else { return task.cancel() }
      self.endIdleConversations(.now())
    }
    if recorder != nil { watchKeepers() }
  }

  /// A handler for one connection, whose channel must be on the switchboard's loop.
  public func makeHandler(for channel: any Channel) -> any ChannelHandler {
    loop.preconditionInEventLoop()
    state.lastMember += 1
    let id = MemberID(rawValue: state.lastMember)
    let session = SwitchboardSession(
      framing: .switchboard(maximumMessage: settings.maximumMessage), step: settings.step)
    let connection = Connection(session, number: id.rawValue, logger: logger) { [self] effect, connection in
      perform(effect, connection, id)
    }
    return connection
  }

  /// Serves one connection; on the switchboard's loop.
  public func attach(to channel: any Channel) throws {
    try channel.pipeline.syncOperations.addHandler(makeHandler(for: channel))
  }

  /// Closes every connection.
  public func shutDown() async {
    try? await loop.submit { [self] in
      let connections = state.connections.values
      // Nobody is told that others leave: everybody does.
      (state.conversations, state.connections, state.places) = ([:], [:], [:])
      state.keepers.removeAll()
      countConversations()
      for connection in connections { connection.end(.server("the server is shutting down")) }
    }.get()
  }

  /// Ends the conversations of an account that is no more, or banned; tickets it still has are void.
  public func putOut(_ account: AccountID) {
    loop.execute { [self] in
      state.barred[account] = settings.unixTime() + TicketMint.lifetime
      for conversation in state.conversations.values {
        for member in conversation.members where member.account == account {
          state.connections[member.id]?.end(.server("put out by the operator"))
        }
      }
    }
  }

  private func perform(_ effect: SwitchboardEffect, _ connection: Connection, _ id: MemberID) {
    switch effect {
    case .open(let transaction, let handle, let ticket): open(transaction, handle, ticket, connection, id)
    case .answer(let transaction, let handle, let ticket, let session):
      answer(transaction, handle, ticket, session, connection, id)
    case .invite(let transaction, let callee): invite(transaction, callee, connection, id)
    case .relay(let transaction, let wish, let payload): relay(transaction, wish, payload, connection, id)
    case .leave: leave(id)
    case .report(let text): connection.log.notice("\(text)")
    }
  }

  // MARK: Entering and leaving

  private func redeem(
    _ ticket: String, _ handle: UserHandle, _ purpose: TicketPurpose, _ connection: Connection
  ) -> RedeemedTicket? {
    let now = settings.unixTime()
    do throws(TicketRefusal) {
      let redeemed = try check(ticket, handle, purpose, now)
      guard state.usedTickets.claim(redeemed.nonce, expires: redeemed.expires, now: now) else {
        connection.log.notice("ticket refused: used before", metadata: ["person": "\(handle)"])
        return nil
      }
      state.barred = state.barred.filter { $0.value >= now }
      // Later tickets are of somebody who was let in again.
      if let last = state.barred[AccountID(redeemed.account)], redeemed.expires <= last {
        connection.log.notice("ticket refused: the account is gone", metadata: ["person": "\(handle)"])
        return nil
      }
      return redeemed
    } catch {
      connection.log.notice("ticket refused: \(error)", metadata: ["person": "\(handle)"])
      return nil
    }
  }

  /// Checks a ticket against every run of this process.
  private func check(
    _ ticket: String, _ handle: UserHandle, _ purpose: TicketPurpose, _ now: Int64
  ) throws(TicketRefusal) -> RedeemedTicket {
    var refusal = TicketRefusal.notForThis
    for run in runs.withLock({ $0 }).reversed() {
      do throws(TicketRefusal) {
        return try tickets.redeem(
          ticket, handle: handle, purpose: purpose,
          switchboard: SwitchboardIdentity(name: run.name, epoch: run.epoch), now: now)
      } catch {
        refusal = error
      }
    }
    throw refusal
  }

  private func open(
    _ transaction: TransactionID, _ handle: UserHandle, _ ticket: String, _ connection: Connection, _ id: MemberID
  ) {
    guard let redeemed = redeem(ticket, handle, .open, connection) else {
      return connection.answer(.ticketRefused(transaction))
    }
    guard let session = numbering.next() else {
      connection.log.warning("conversation refused: no number for it, the database is away")
      return connection.answer(.ticketRefused(transaction))
    }
    introduce(AccountID(redeemed.account), handle, connection) { [self] introduction, connection in
      let member = Member(
        id: id, account: AccountID(redeemed.account), handle: handle, introduction: introduction)
      guard enter(member, session, connection) != nil else { return connection.answer(.ticketRefused(transaction)) }
      opened.add()
      connection.answer(.opened(transaction, handle, introduction.name, redeemed.dialect))
    }
  }

  private func answer(
    _ transaction: TransactionID, _ handle: UserHandle, _ ticket: String, _ session: SessionID,
    _ connection: Connection, _ id: MemberID
  ) {
    guard let redeemed = redeem(ticket, handle, .answer(session), connection) else {
      return connection.answer(.ticketRefused(transaction))
    }
    let account = AccountID(redeemed.account)
    let join: @Sendable (Introduction, Connection) -> Void = { [self] introduction, connection in
      let member = Member(id: id, account: account, handle: handle, introduction: introduction)
      guard let others = enter(member, session, connection) else {
        return connection.answer(.ticketRefused(transaction))
      }
      // First the others: what the new member says next must not reach them before its name.
      for other in others { state.connections[other.id]?.deliver(.joined(member.participant)) }
      connection.answer(.answered(transaction, others: others.map(\.participant), redeemed.dialect))
    }
    if let introduction = state.conversations[session]?.introduction(ofRung: handle) {
      join(introduction, connection)
    } else {
      introduce(account, handle, connection, then: join)
    }
  }

  /// Everybody who was there already; nil for who is in the conversation under another connection, or gone meanwhile.
  /// A conversation that ended before its last guest came begins anew.
  private func enter(_ member: Member, _ session: SessionID, _ connection: Connection) -> [Member]? {
    guard !connection.isEnded else { return nil }
    var conversation = state.conversations[session] ?? Conversation(id: session, now: .now())
    let others = conversation.members
    guard conversation.join(member, limits: settings.conversations, now: .now()) else { return nil }
    state.conversations[session] = conversation
    state.connections[member.id] = connection
    state.places[member.id] = session
    countConversations()
    askWhetherKeeper(member.account)
    return others
  }

  private func leave(_ id: MemberID) {
    state.connections[id] = nil
    guard let session = state.places.removeValue(forKey: id), var conversation = state.conversations[session],
      let member = conversation.members.first(where: { $0.id == id })
    else { return }
    conversation.leave(id, now: .now())
    state.keepers.leave(member.account)
    state.conversations[session] = conversation.members.isEmpty ? nil : conversation
    for other in conversation.members { state.connections[other.id]?.deliver(.left(member.handle, idle: false)) }
    countConversations()
  }

  /// As what somebody is introduced to the others; as the handle who is signed in no more.
  private func introduce(
    _ account: AccountID, _ handle: UserHandle, _ connection: Connection,
    then: @escaping @Sendable (Introduction, Connection) -> Void
  ) {
    guard let reference = connection.reference else { return }
    route.introduction(of: account) { introduction in
      reference.loop.execute {
        then(introduction ?? Introduction(name: FriendlyName(handle)), reference.onLoop())
      }
    }
  }

  /// Ends conversations in which nobody has said anything for long.
  func endIdleConversations(_ now: NIODeadline) {
    for conversation in state.conversations.values
    where conversation.isIdle(limits: settings.conversations, now: now) {
      for member in conversation.members {
        let connection = state.connections[member.id]
        for other in conversation.others(than: member.id) { connection?.deliver(.left(other.handle, idle: true)) }
        state.places[member.id] = nil
        state.keepers.leave(member.account)
        connection?.end(.server("nobody has said anything for long"))
      }
      state.conversations[conversation.id] = nil
    }
    countConversations()
  }
}

extension Member {
  var participant: Participant { Participant(handle: handle, introduction: introduction) }
}
