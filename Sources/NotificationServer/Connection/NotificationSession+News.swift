import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit

/// What others cause: presence, notices and rings.
extension NotificationSession {
  mutating func see(_ news: PresenceNews, _ turn: inout Turn<Effect>) {
    let detail = PresenceDetail(dialect)
    // Before its first `CHG` a client is told of nobody; then it is shown everybody as they are.
    guard let account = me?.account, me?.status != nil,
      let sight = me?.watches.look(at: news.record, as: account, showing: detail)
    else { return }
    news.write(sight, showing: detail, to: &turn.reply.buffer)
  }

  /// Hears what one change told the account; asks for what came before it if that is missing.
  mutating func hear(_ batch: [Notice], _ turn: inout Turn<Effect>) {
    take(me?.notices.arrive(batch) ?? [], &turn)
    askForMissing(&turn)
  }

  /// The account's list version in the store is this.
  mutating func hear(of version: ListVersion, _ turn: inout Turn<Effect>) {
    me?.notices.hear(of: version)
    askForMissing(&turn)
  }

  /// What was missing came; nil when nobody could say.
  mutating func recall(_ notices: [Notice]?, _ turn: inout Turn<Effect>) {
    let batches = me?.notices.answered(notices) ?? []
    guard !leaveIfUnexplained(&turn) else { return }
    take(batches, &turn)
    // While nobody can say, asking again at once would never end: the next notice asks.
    if notices != nil { askForMissing(&turn) }
  }

  /// Ends a session whose client would keep lists that are not so under a version that is. It comes back with the
  /// version it has, and gets its lists: so it must not have been told of any version behind the one that is unexplained.
  mutating func leaveIfUnexplained(_ turn: inout Turn<Effect>) -> Bool {
    guard me?.notices.isUnexplained == true else { return false }
    leave(telling: .shutdown, .server("its lists changed and it was not told how"), &turn)
    return true
  }

  func missing(_ me: SignedIn) -> Effect { .recallNotices(me.account, after: me.notices.version) }

  mutating func askForMissing(_ turn: inout Turn<Effect>) {
    guard me?.notices.asks() == true, let me else { return }
    turn.perform(missing(me))
  }

  /// Follows what is in order now. Before the lists are there it is in the lists; while they are being read it waits
  /// for them.
  mutating func take(_ batches: [NoticeQueue.Batch], _ turn: inout Turn<Effect>) {
    for batch in batches {
      for notice in batch { follow(notice.news, &turn) }
      if me?.heldNotices != nil { me?.heldNotices?.append(batch) } else { tell(batch, &turn) }
    }
  }

  /// Tells what others changed while the roster was read, as far as the client was not told it with the roster.
  mutating func releaseNotices(_ turn: inout Turn<Effect>) {
    let held = me?.heldNotices ?? []
    me?.heldNotices = nil
    for batch in held { tell(batch, &turn) }
  }

  private mutating func tell(_ batch: NoticeQueue.Batch, _ turn: inout Turn<Effect>) {
    guard let me, me.isSynchronised, let version = batch.first?.version, version > me.told else { return }
    self.me?.told = version
    for notice in batch { tell(notice, &turn) }
  }

  /// Follows what an operator did to the account's own lists, whether the client has them yet or not.
  private mutating func follow(_ news: Notice.News, _ turn: inout Turn<Effect>) {
    switch news {
    case .listed(.forward, let account, let handle, _, _):
      let isNew = me?.watches.insert(account) ?? false
      if isNew, let me { turn.perform(.watchAlso(account, handle, by: me.account)) }
    case .listed(.allow, let account, _, _, _): updatePrivacy(&turn) { $0.allowed.insert(account) }
    case .listed(.block, let account, _, _, _): updatePrivacy(&turn) { $0.blocked.insert(account) }
    case .unlisted(let lists, let account, _, _):
      if lists.contains(.forward) { stopWatching(account, &turn) }
      updatePrivacy(&turn) {
        $0.allowed.remove(account)
        $0.blocked.remove(account)
      }
    case .renamed(let name): takeName(name, &turn)
    case .listed(.reverse, _, _, _, _), .reverseAdded, .reverseRemoved, .properties: break
    }
  }

  private func tell(_ notice: Notice, _ turn: inout Turn<Effect>) {
    switch notice.news {
    case .reverseAdded(let handle, let name):
      if dialect.has(.contactGUIDs) {
        turn.reply.adc(.unsolicited, .reverse, handle, name)
      } else {
        turn.reply.add(.unsolicited, .reverse, notice.version, handle, name)
      }
    case .reverseRemoved(let handle):
      turn.reply.rem(.unsolicited, .reverse, notice.version, handle)
    case .listed(let list, _, let handle, let name, let guid):
      if dialect.has(.contactGUIDs) {
        turn.reply.adc(.unsolicited, list, handle, name, guid: list == .forward ? guid : nil)
      } else {
        let group: GroupNumber? = list == .forward && dialect.has(.groups) ? .zero : nil
        turn.reply.add(.unsolicited, list, notice.version, handle, name, group: group)
      }
    case .unlisted(let lists, _, let handle, let guid):
      for list in [ContactList.forward, .allow, .block] where lists.contains(ListMembership(list)) {
        if list == .forward, dialect.has(.contactGUIDs) {
          turn.reply.rem(.unsolicited, guid: guid)
        } else {
          turn.reply.rem(.unsolicited, list, notice.version, handle)
        }
      }
    case .properties(let handle, let changed, let properties):
      for property in changed where property.dialects.contains(dialect) {
        // Those that not every dialect knows are told when they change, unset ones among them.
        turn.reply.bpr(notice.version, handle, property, properties[property])
      }
    case .renamed: break
    }
  }

  /// Answers a switchboard that wants to ring the account. The rule is that of presence, and the answer the same for
  /// hidden, blocking and "takes no calls", so that nobody learns which.
  mutating func consider(
    _ ring: Ring, _ answer: @escaping @Sendable (RingAnswer) -> Void, _ turn: inout Turn<Effect>
  ) {
    guard let me, me.isReachable, me.privacy.admits(ring.caller), turn.now < ring.deadline else {
      return answer(.unavailable)
    }
    let introduction = Introduction(name: me.name, capabilities: me.capabilities)
    turn.perform(.acceptRing(ring, me.account, me.handle, introduction, dialect, answer))
  }

  mutating func invite(_ ring: Ring, _ ticket: String, _ turn: inout Turn<Effect>) {
    guard phase == .signedIn else { return }
    turn.reply.rng(
      ring.session, switchboard: ring.switchboard.address, ticket: ticket, caller: ring.callerHandle,
      name: ring.callerName)
  }

  /// Shows an alert to a client that is there.
  func show(_ alert: Alert, _ turn: inout Turn<Effect>) {
    guard phase == .signedIn, let me else { return }
    turn.reply.alert(alert, to: me.handle, memberID: me.account.rawValue, site: settings.site)
  }

  /// Tells a client that is there that the service goes down.
  func announceMaintenance(in minutes: Int, _ turn: inout Turn<Effect>) {
    guard phase == .signedIn else { return }
    turn.reply.maintenance(minutes: minutes)
  }

  mutating func takeName(_ name: FriendlyName, _ turn: inout Turn<Effect>) {
    me?.name = name
    announce(&turn)
  }

  /// Others see the session as it is now; before the first `CHG` they see nothing.
  mutating func announce(_ turn: inout Turn<Effect>) {
    guard let me, me.status != nil else { return }
    turn.perform(.announce(me.presence, me.account))
  }
}
