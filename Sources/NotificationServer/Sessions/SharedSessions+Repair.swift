import Cluster
import Logging
import MSNP
import NIOCore
import Roster
import ServerKit
import Store

// What brings the board, the rows and the other servers together again after something was lost.
extension SharedSessions {
  private static let chunk = 1_000

  /// Writes sessions whose rows are not theirs any more. Where a newer one holds the account, that is so; the session
  /// here has been told, or is told now.
  func restore(_ accounts: Set<AccountID>) {
    guard let board else { return }
    restore(board.renewedStates(of: accounts))
  }

  private func restore(_ states: [SessionState]) {
    guard !states.isEmpty else { return }
    store.restore(states, for: link.run) { [self] result in
      switch result {
      case .success(let lost):
        for state in states {
          if lost.contains(state.account) { end(state) } else { publish(state) }
        }
      case .failure(let failure):
        // The comparison of rows does it again.
        logger.notice("sessions are not restored", metadata: ["cause": "\(failure)"])
      }
    }
  }

  private func end(_ state: SessionState) {
    board?.dismissed(state.account, generation: state.mark.generation)?.deliver(.signedInElsewhere)
  }

  /// The server is in the registry again, after it lost the database or was taken for dead: all its sessions are
  /// written and told anew.
  func rejoin() {
    guard let states = board?.renewedStates() else { return }
    for start in stride(from: 0, to: states.count, by: PendingStates.limit) {
      restore(Array(states[start..<min(start + PendingStates.limit, states.count)]))
    }
    write()
  }

  /// Something that others sent never came: reads how the people are who are watched from here, and whether lists
  /// changed. After a restart of the database rows may be missing that their servers are about to write again: who has
  /// none is taken for offline only when there still is none a moment later.
  func resynchronise() {
    compareVersions()
    resynchronise(isLast: false)
    loop.scheduleTask(in: .seconds(3)) { self.resynchronise(isLast: true) }
  }

  private func resynchronise(isLast: Bool) {
    guard let (accounts, stamp) = board?.mirrored() else { return }
    for start in stride(from: 0, to: accounts.count, by: Self.chunk) {
      let part = Array(accounts[start..<min(start + Self.chunk, accounts.count)])
      store.sessions(of: part) { [self] result in
        guard case .success(let sessions) = result else { return }
        for session in sessions { apply(session) }
        guard isLast else { return }
        board?.areGone(Set(part).subtracting(sessions.map(\.state.account)), since: stamp)
      }
    }
  }

  /// Tells each session the version of its lists; one that has not heard of it asks for what it missed.
  private func compareVersions() {
    guard let accounts = board.map({ Array($0.everybody.keys) }) else { return }
    for start in stride(from: 0, to: accounts.count, by: Self.chunk) {
      store.listVersions(of: Array(accounts[start..<min(start + Self.chunk, accounts.count)])) { [self] result in
        guard case .success(let versions) = result else { return }
        for (account, version) in versions { board?.deliver(.listVersion(version), to: account) }
      }
    }
  }

  /// Mends rows without a session and sessions without a row, whatever made them.
  func compareRows() {
    guard link.isConnected else { return }
    store.sessions(on: link.run) { [self] result in
      guard case .success(let rows) = result, let (members, claimed) = board?.marks() else { return }
      for (account, mark) in rows where members[account]?.generation != mark.generation && !claimed.contains(account) {
        logger.notice("a row without its session is deleted", metadata: ["account": "\(account.rawValue)"])
        // No handle is needed to delete it, and others have been told when the session ended.
        store.write([], ended: [account: mark], of: link.run) { _ in }
      }
      let missing = members.filter { rows[$0.key]?.generation != $0.value.generation }.map(\.key)
      if !missing.isEmpty { confirm(missing) }
    }
  }

  /// Rows of the last seconds are not in the comparison; what has none at all is written.
  private func confirm(_ accounts: [AccountID]) {
    store.sessions(of: accounts) { [self] result in
      guard case .success(let sessions) = result else { return }
      let run = link.run
      let there = Set(sessions.filter { $0.run == run }.map(\.state.account))
      restore(Set(accounts).subtracting(there))
    }
  }
}
