import MSNP
import Roster
import Store

/// A message as the event loop hands it over: not read yet.
struct RelayedPayload: Sendable {
  var conversation: GUID
  var number: Int
  /// Milliseconds since 1970.
  var time: Int64
  var sender: UserHandle
  var senderName: FriendlyName
  var people: [RelayedMessage.Person]
  /// A copy: a slice of what was received would hold all of it.
  var payload: [UInt8]

  /// Roughly what it takes in memory.
  var size: Int { payload.count + 128 + 64 * people.count }

  /// What is kept of it; nil when there are no words in it.
  var message: RelayedMessage? {
    guard let text = MessageText.text(in: payload) else { return nil }
    return RelayedMessage(
      conversation: conversation, number: number, time: time, sender: sender, senderName: senderName, text: text,
      people: people)
  }
}
