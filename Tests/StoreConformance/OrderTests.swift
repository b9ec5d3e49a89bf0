import MSNP
import Roster
import Store
import Synchronization
import Testing

/// What answers brought for one account, in the order in which they came.
private final class AnswerLog: Sendable {
  private let state = Mutex<(seen: [UInt32], failures: [ChangeFailure])>(([], []))
  private let inside = Atomic(0)
  private let overlaps = Atomic(0)

  /// Takes an answer down as a server would hand it on: all that concerns `account`, the changer's reply first.
  func note(_ result: Result<ChangeOutcome, ChangeFailure>, by changer: AccountID, about account: AccountID) {
    if inside.add(1, ordering: .relaxed).newValue > 1 { overlaps.add(1, ordering: .relaxed) }
    state.withLock { state in
      switch result {
      case .success(let outcome):
        if changer == account { state.seen.append(outcome.version.rawValue) }
        state.seen += outcome.notices.filter { $0.account == account }.map(\.version.rawValue)
      case .failure(let failure): state.failures.append(failure)
      }
    }
    inside.subtract(1, ordering: .relaxed)
  }

  var seen: [UInt32] { state.withLock(\.seen) }
  var failures: [ChangeFailure] { state.withLock(\.failures) }
  var overlapped: Int { overlaps.load(ordering: .relaxed) }
}

extension EveryStore {
  @Suite("Order of answers")
  struct Order {
    @Test("A session's roster holds every change asked for before it", arguments: StoreKind.allCases)
    func rosterAfterChanges(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      for round in 0..<50 {
        let mode: PrivacyMode = round.isMultiple(of: 2) ? .block : .allow
        stage.store.change(.setPrivacyMode(mode), by: alice.account, limits: ListLimits()) { _ in }
        let roster = try #require(try await stage.store.sessionRoster(of: alice.account))
        #expect(roster.privacy.mode == mode)
      }
    }

    @Test("Answers come in the order of commits, one after the other", arguments: StoreKind.allCases)
    func commits(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people(["alice"] + (1...20).map { "user\($0)" })
      let alice = people[0]
      let log = AnswerLog()
      // 20 people five times each, and alice herself a hundred times: every change raises alice by one.
      await withTaskGroup { group in
        for person in people.dropFirst() {
          group.addTask {
            for round in 0..<5 {
              let change = RosterChange.add(alice, to: .forward)
              let back = RosterChange.remove(alice, from: .forward)
              await answered(stage, round.isMultiple(of: 2) ? change : back, by: person, about: alice, log)
            }
          }
        }
        for name in 0..<100 {
          group.addTask {
            await answered(stage, .setProperty(.homePhone, "\(name)"), by: alice, about: alice, log)
          }
        }
      }
      #expect(log.failures == [])
      #expect(log.seen == Array(2...201))
      #expect(log.overlapped == 0)
      #expect(try await stage.version(alice) == 201)
    }

    @Test("Two who add each other at the same time both succeed", arguments: StoreKind.allCases)
    func eachOther(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await stage.people((0..<40).map { "user\($0)" })
      for pair in stride(from: 0, to: 40, by: 2) {
        let (one, other) = (people[pair], people[pair + 1])
        async let first = stage.change(.add(other, to: .forward), by: one)
        async let second = stage.change(.add(one, to: .forward), by: other)
        let versions = try await [first.version, second.version].sorted()
        // Whoever came second had been told of the first before.
        #expect(versions == [ListVersion(2), ListVersion(3)])
        for (person, contact) in [(one, other), (other, one)] {
          let snapshot = try await stage.snapshot(person)
          #expect(snapshot.version == ListVersion(3))
          #expect(snapshot.forward == [try contact.entry(groups: .zero)])
          #expect(snapshot.reverse == [try contact.entry()])
        }
      }
    }

    @Test("A change is there for whoever reads after its answer", arguments: StoreKind.allCases)
    func readAfterAnswer(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await stage.people("alice")[0]
      for number in 2...50 as ClosedRange<UInt32> {
        try await stage.change(.setProperty(.homePhone, "\(number)"), by: alice)
        let snapshot = try await stage.snapshot(alice)
        #expect(snapshot.version.rawValue == number)
        #expect(snapshot.properties[.homePhone] == "\(number)")
      }
    }

    private func answered(
      _ stage: Stage, _ change: RosterChange, by changer: Person, about person: Person, _ log: AnswerLog
    ) async {
      await withCheckedContinuation { continuation in
        stage.store.change(change, by: changer.account, limits: ListLimits()) { result in
          log.note(result, by: changer.account, about: person.account)
          continuation.resume()
        }
      }
    }
  }
}
