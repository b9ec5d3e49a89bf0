import MSNP

/// How every store keeps a message.
extension RelayedMessage {
  /// The text without NUL, which PostgreSQL does not keep: one message must not stop those that are written with it.
  package var storedText: String { text.replacing("\0", with: "\u{fffd}") }

  package var storedPeople: String { Set(people.map(\.handle)).sorted().map(\.text).joined(separator: " ") }
}

extension [UserHandle] {
  /// From handles with blanks between them, each as often as it may be.
  package init(storedPeople text: String) throws(StoreFailure) {
    var handles: Set<UserHandle> = []
    for word in text.split(separator: " ") {
      guard let handle = UserHandle(String(word)) else {
        throw StoreFailure("'\(word)' in the store is not a user handle")
      }
      handles.insert(handle)
    }
    self = handles.sorted()
  }
}

/// After which message a page of a history begins, in the order of time, conversation and number.
package struct HistoryPlace: Sendable {
  package let time: Int64
  package let conversation: GUID
  package let number: Int

  /// The place of a message; before all of them for none.
  package init(after message: KeptMessage?) {
    time = message?.time ?? .min
    conversation = message?.conversation ?? GUID(high: 0, low: 0)
    number = message?.number ?? .min
  }
}
