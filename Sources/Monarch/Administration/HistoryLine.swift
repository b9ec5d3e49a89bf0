import MSNP
import Store

/// A message of a history, as `monarch history --json` prints it.
///
///     {"conversation":"0a0b...","name":"Bob","number":1,"people":["alice@example.com","bob@example.com"],
///      "sender":"bob@example.com","text":"hello","time":1764112820123}
struct HistoryLine: Hashable, Sendable, Codable {
  var conversation: String
  var number: Int
  /// Milliseconds since 1970.
  var time: Int64
  var sender: UserHandle
  /// What the sender was called then.
  var name: String
  var text: String
  /// Who was in the conversation, the sender too.
  var people: [UserHandle]

  init(_ message: KeptMessage) {
    conversation = message.conversation.description
    number = message.number
    time = message.time
    sender = message.sender
    name = message.senderName.text
    text = message.text
    people = message.people
  }

  /// The message again.
  func message() throws(AdministrationFailure) -> KeptMessage {
    guard let conversation = GUID(conversation) else {
      throw AdministrationFailure("'\(conversation)' is not the GUID of a conversation")
    }
    return KeptMessage(
      conversation: conversation, number: number, time: time, sender: sender, senderName: try .checked(name),
      text: text, people: people)
  }
}
