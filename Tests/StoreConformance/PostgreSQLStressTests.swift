import MSNP
import Roster
import Store
import Synchronization
import Testing

@testable import PostgreSQL
@testable import PostgreSQLStore

/// What two nodes were answered, node by node in the order of the answers.
private final class Chronicle: Sendable {
  struct Entry {
    let node: Int
    let account: AccountID
    let version: UInt32
  }

  private let state = Mutex<(entries: [Entry], failures: [StoreFailure])>(([], []))

  func note(_ result: Result<ChangeOutcome, ChangeFailure>, by changer: AccountID, on node: Int) {
    state.withLock { state in
      switch result {
      case .success(let outcome):
        state.entries.append(Entry(node: node, account: changer, version: outcome.version.rawValue))
        state.entries += outcome.notices.map {
          Entry(node: node, account: $0.account, version: $0.version.rawValue)
        }
      case .failure(.refused), .failure(.superseded): break
      case .failure(.unavailable(let failure)): state.failures.append(failure)
      }
    }
  }

  var entries: [Entry] { state.withLock(\.entries) }
  var failures: [StoreFailure] { state.withLock(\.failures) }
}

/// Two nodes on one database, each with several connections, and changes that cross.
@Suite("PostgreSQL under crossing changes", .enabled(if: TestDatabase.url != nil, TestDatabase.missing))
struct PostgreSQLStressTests {
  private let folder: TemporaryFolder
  private let nodes: [PostgreSQLStore]
  private let chronicle = Chronicle()

  init() throws {
    folder = try TemporaryFolder()
    let url = try TestDatabase.url(for: folder.url)
    nodes = [try PostgreSQLStore(url: url, connections: 5), try PostgreSQLStore(url: url, connections: 5)]
  }

  private func people(_ count: Int) async throws -> [Person] {
    let handles = try (0..<count).map { try UserHandle.named("user\($0)") }
    let made = try await nodes[0].create(
      handles.map { NewAccount(handle: $0, name: FriendlyName($0), passwordHash: "hash") })
    return try handles.map { Person(account: try #require(made[$0]), handle: $0, name: FriendlyName($0)) }
  }

  private func change(_ change: RosterChange, by person: Person, on node: Int) async {
    await withCheckedContinuation { continuation in
      nodes[node].change(change, by: person.account, limits: ListLimits()) { result in
        chronicle.note(result, by: person.account, on: node)
        continuation.resume()
      }
    }
  }

  private static func anyChange(about other: Person, using random: inout Generator) -> RosterChange {
    let list = [ContactList.forward, .forward, .allow, .block][Int.random(in: 0..<4, using: &random)]
    return switch Int.random(in: 0..<10, using: &random) {
    case 0..<5: .add(other, to: list)
    case 5..<8: .remove(other, from: list)
    case 8: .setProperty(.homePhone, "\(Int.random(in: 0..<100, using: &random))")
    default: .setPrivacyMode(Bool.random(using: &random) ? .allow : .block)
    }
  }

  @Test("No deadlock, no version given twice or left out, each node answered in order", .timeLimit(.minutes(2)))
  func crossing() async throws {
    let people = try await people(8)
    await withTaskGroup { group in
      for worker in 0..<24 {
        group.addTask {
          var random = Generator(state: UInt64(worker))
          for _ in 0..<40 {
            let pair = people.shuffled(using: &random).prefix(2)
            await change(Self.anyChange(about: pair[1], using: &random), by: pair[0], on: worker % 2)
          }
        }
      }
    }
    #expect(chronicle.failures == [])
    let entries = chronicle.entries
    #expect(entries.count > 400)
    for person in people {
      let about = entries.filter { $0.account == person.account }
      let version = try #require(try await nodes[1].account(person.handle)).listVersion.rawValue
      #expect(about.map(\.version).sorted() == Array(2...version))
      for node in 0..<2 {
        let seen = about.filter { $0.node == node }.map(\.version)
        #expect(seen == seen.sorted())
      }
    }
  }

  @Test("Two who add and remove each other from two nodes never stand in each other's way")
  func eachOther() async throws {
    let people = try await people(2)
    await withTaskGroup { group in
      for side in 0..<2 {
        group.addTask {
          for _ in 0..<100 {
            await change(.add(people[1 - side], to: .forward), by: people[side], on: side)
            await change(.remove(people[1 - side], from: .forward), by: people[side], on: side)
          }
        }
      }
    }
    #expect(chronicle.failures == [])
    for person in people {
      // Both their own 200 changes and the 200 that they were told of.
      #expect(try await nodes[0].account(person.handle)?.listVersion == ListVersion(401))
      #expect(try await nodes[0].snapshot(of: person.account)?.reverse == [])
    }
  }

  @Test("Accounts that go while others add them leave nothing behind", .timeLimit(.minutes(2)))
  func removal() async throws {
    let people = try await people(6)
    let leavers = try (0..<3).map { try UserHandle.named("leaver\($0)") }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<12 {
        group.addTask {
          var random = Generator(state: UInt64(worker))
          for _ in 0..<30 {
            let leaver = leavers[Int.random(in: 0..<3, using: &random)]
            let other = Person(account: AccountID(0), handle: leaver, name: FriendlyName(leaver))
            await change(Self.anyChange(about: other, using: &random), by: people[worker % 6], on: worker % 2)
          }
        }
      }
      for node in 0..<2 {
        group.addTask {
          for round in 0..<20 {
            let leaver = leavers[(round + node) % 3]
            _ = try await nodes[node].create([
              NewAccount(handle: leaver, name: FriendlyName(leaver), passwordHash: "hash")
            ])
            _ = try await nodes[node].remove(leaver)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(chronicle.failures == [])
    for leaver in leavers { _ = try await nodes[0].remove(leaver) }
    for person in people {
      let snapshot = try #require(try await nodes[0].snapshot(of: person.account))
      for list in ContactList.allCases { #expect(snapshot.entries(of: list) == []) }
    }
  }
}
