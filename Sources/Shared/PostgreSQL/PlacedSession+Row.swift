import Cluster
import MSNP
import Roster
import Store

/// Sessions as the table `session` keeps them.
extension Row {
  /// The columns that ``placedSession(_:)`` reads, in its order, of the table or alias `session`.
  package static let placedSessionColumns = """
    session.account, session.handle, session.node, session.epoch, session.generation, session.sequence, \
    session.status, session.name, session.strangers, session.listed, session.capabilities, session.object, \
    session.personal
    """

  /// How many columns those are.
  package static let placedSessionWidth: Int32 = 13

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
    let listed = try accounts(column + 9)
    return Presence(
      account: try account(column), handle: try handle(column + 1), name: try name(column + 7), status: status,
      audience: isTrue(column + 8) ? .everyone(except: listed) : .only(listed),
      capabilities: Capabilities(rawValue: try integer(column + 10)), object: try object(column + 11),
      personal: try personal(column + 12))
  }

  private func object(_ column: Int32) throws(StoreFailure) -> MSNObject? {
    guard let text = optionalText(column) else { return nil }
    guard let object = MSNObject(argument: text.utf8) else {
      throw StoreFailure("'\(text)' in the store is not an object")
    }
    return object
  }

  private func personal(_ column: Int32) throws(StoreFailure) -> PersonalMessage? {
    guard let text = optionalText(column) else { return nil }
    guard let message = PersonalMessage(payload: text) else {
      throw StoreFailure("'\(text)' in the store is not what a person says")
    }
    return message
  }
}
