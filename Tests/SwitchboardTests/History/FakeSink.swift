import Logging
import MSNP
import Roster
import Store
import Synchronization

@testable import Switchboard

/// Histories in memory, which a test lets work, fail, say nothing, or hold up whoever asks.
final class FakeSink: HistorySink {
  enum Mood {
    case works
    case fails
    /// Answers only when ``answerAll(with:)`` says so.
    case silent
  }

  private struct State {
    var mood = Mood.works
    var keepers: Set<AccountID> = []
    var calls: [[RelayedMessage]] = []
    var written: [RelayedMessage] = []
    var asked: [[AccountID]] = []
    var owed: [(messages: [RelayedMessage], then: StoreAnswer<Void, StoreFailure>)] = []
  }

  private let state = Mutex(State())

  init(keepers: Set<AccountID> = [], mood: Mood = .works) {
    state.withLock {
      $0.keepers = keepers
      $0.mood = mood
    }
  }

  var mood: Mood {
    get { state.withLock(\.mood) }
    set { state.withLock { $0.mood = newValue } }
  }

  var keepers: Set<AccountID> {
    get { state.withLock(\.keepers) }
    set { state.withLock { $0.keepers = newValue } }
  }

  /// What each call brought.
  var calls: [[RelayedMessage]] { state.withLock(\.calls) }
  /// What was written, with anything that was written twice.
  var written: [RelayedMessage] { state.withLock(\.written) }
  var asked: [[AccountID]] { state.withLock(\.asked) }

  func keepers(among accounts: [AccountID], then: @escaping StoreAnswer<Set<AccountID>, StoreFailure>) {
    let (mood, keepers) = state.withLock { state in
      state.asked.append(accounts.sorted())
      return (state.mood, state.keepers)
    }
    if mood == .works { then(.success(keepers.intersection(accounts))) }
    if mood == .fails { then(.failure(StoreFailure("away"))) }
  }

  func keep(_ messages: [RelayedMessage], then: @escaping StoreAnswer<Void, StoreFailure>) {
    let mood = state.withLock { state in
      state.calls.append(messages)
      if state.mood == .works { state.written += messages }
      if state.mood == .silent { state.owed.append((messages, then)) }
      return state.mood
    }
    if mood == .works { then(.success(())) }
    if mood == .fails { then(.failure(StoreFailure("away"))) }
  }

  /// Between two looks at what comes of a call: other tests have the processor meanwhile.
  static func letOthersWork() async { try? await Task.sleep(for: .milliseconds(1)) }

  /// Answers the calls that had no answer, and those to come.
  func answerAll(with mood: Mood) {
    let owed = state.withLock { state in
      defer { state.owed = [] }
      state.mood = mood
      if mood == .works { state.written += state.owed.flatMap(\.messages) }
      return state.owed
    }
    for (_, then) in owed { then(mood == .works ? .success(()) : .failure(StoreFailure("away"))) }
  }
}

/// The lines of a log.
struct LinesOfLog: LogHandler {
  final class Lines: Sendable {
    private let kept = Mutex<[(text: String, metadata: Logger.Metadata)]>([])
    var all: [(text: String, metadata: Logger.Metadata)] { kept.withLock(\.self) }
    func add(_ text: String, _ metadata: Logger.Metadata) { kept.withLock { $0.append((text, metadata)) } }
  }

  let lines: Lines
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { lines.add("\(event.message)", event.metadata ?? [:]) }
}

extension RelayedPayload {
  /// A message of alice's to bob.
  static func example(_ number: Int, _ text: String = "Hello", type: String = "text/plain; charset=UTF-8") -> Self {
    RelayedPayload(
      conversation: GUID(high: 1, low: 2), number: number, time: 1_726_321_960_000 + Int64(number), sender: alice,
      senderName: FriendlyName(alice),
      people: [
        RelayedMessage.Person(account: AccountID(1), handle: alice),
        RelayedMessage.Person(account: AccountID(2), handle: bob),
      ], payload: Array("MIME-Version: 1.0\r\nContent-Type: \(type)\r\n\r\n\(text)".utf8))
  }

  private static let alice = handle("alice@example.com")
  private static let bob = handle("bob@example.com")

  private static func handle(_ text: String) -> UserHandle {
    guard let handle = UserHandle(text) else { preconditionFailure("no handle: \(text)") }
    return handle
  }
}
