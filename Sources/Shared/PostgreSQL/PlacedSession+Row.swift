import Cluster
import MSNP
import Roster
import Store

/// Sessions as the table `session` keeps them.
extension Row {
  /// The columns that ``placedSession(_:)`` reads, in its order, of the table or alias `session`.
  package static let placedSessionColumns = """
    session.account, session.handle, session.node, session.epoch, session.generation, session.sequence, \
    session.status, session.name, session.strangers, session.listed
    """

  /// How many columns those are.
  package static let placedSessionWidth: Int32 = 10

  /// A session whose columns begin at `column`. Without a status the account is not to be seen online.
  package func placedSession(_ column: Int32 = 0) throws(StoreFailure) -> PlacedSession {
    let state = SessionState(
      account: try account(column), handle: try handle(column + 1),
      mark: SessionMark(generation: try integer(column + 4), sequence: try integer(column + 5)),
      presence: try presence(column))
    return PlacedSession(state: state, run: NodeRun(name: try text(column + 2), epoch: try integer(column + 3)))
  }

  private func presence(_ column: Int32) throws(StoreFailure) -> Presence? {
    guard let text = optionalText(column + 6) else { return nil }
    guard let status = Status(rawValue: text), status.isVisible else {
      throw StoreFailure("'\(text)' in the store is not a status that others see")
    }
    let listed = AccountSet(try integers(column + 9).map(AccountID.init))
    return Presence(
      account: try account(column), handle: try handle(column + 1), name: try name(column + 7), status: status,
      audience: isTrue(column + 8) ? .everyone(except: listed) : .only(listed))
  }
}
