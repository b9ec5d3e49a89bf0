public import Cluster
public import MSNP
import PostgreSQL
public import Store
import Synchronization

/// Numbers of conversations from blocks of a thousand that the database gives out, so that they are unique in the
/// cluster. The next block is fetched when half of one is used; while the database is away, the rest of both is left.
public final class ConversationNumbers: SessionNumbering {
  static let blockSize: UInt64 = 1_000
  /// Milliseconds before a database that did not answer is asked again.
  static let retryAfter = 1_000

  fileprivate struct State {
    var block: Range<UInt64>
    var spare: Range<UInt64>?
    var isFetching = false
    /// Not to ask a database that is away with each conversation.
    var nextFetch = 0
  }

  private let directory: PostgreSQLDirectory
  private let state: Mutex<State>

  /// Fetches the first block over the directory's connection.
  public init(over directory: PostgreSQLDirectory) async throws(StoreFailure) {
    self.directory = directory
    let results = try await directory.connections.request([Query(.conversationBlock)])
    state = Mutex(State(block: try ConversationNumbers.block(results)))
  }

  /// Nil when the database has been away for all of the numbers in hand.
  public func next() -> SessionID? {
    let (number, isLow) = state.withLock { state in (state.next(), state.shouldFetch()) }
    if isLow { fetch() }
    return number
  }

  private func fetch() {
    directory.connections.request([Query(.conversationBlock)]) { [weak self] result in
      let block = result.flatMap { results in
        Result { () throws(StoreFailure) in try ConversationNumbers.block(results) }
      }
      self?.state.withLock { state in
        state.isFetching = false
        switch block {
        case .success(let block): state.spare = block
        case .failure: state.nextFetch = Monotonic.milliseconds + ConversationNumbers.retryAfter
        }
      }
    }
  }

  private static func block(_ results: [QueryResult]) throws(StoreFailure) -> Range<UInt64> {
    guard let row = results.first?.first else { throw StoreFailure("the database gave no block of numbers") }
    let number: UInt64 = try row.integer(0)
    return number * blockSize..<(number + 1) * blockSize
  }
}

extension ConversationNumbers.State {
  fileprivate mutating func next() -> SessionID? {
    while true {
      while let number = block.popFirst() {
        // The first block has 0 in it, the last reaches beyond 31 bits.
        if let session = UInt32(exactly: number).flatMap({ SessionID($0) }) { return session }
      }
      guard let spare else { return nil }
      block = spare
      self.spare = nil
    }
  }

  /// Whether the next block is to be fetched now; true once for each.
  fileprivate mutating func shouldFetch() -> Bool {
    let now = Monotonic.milliseconds
    guard spare == nil, !isFetching, UInt64(block.count) <= ConversationNumbers.blockSize / 2, now >= nextFetch else {
      return false
    }
    isFetching = true
    return true
  }
}

extension Statement {
  static let conversationBlock = Statement("conversation block", "SELECT nextval('conversation_block')")
}
