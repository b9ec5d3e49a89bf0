import MSNP
import Synchronization
import TestKit

/// Somebody who changes lists without pause, comes back whenever the connection is lost, and knows what was
/// acknowledged. For use on one thread; ``tally`` may be read from any.
///
/// A change that was answered with an error, or whose answer was lost, may have been made or not: even a database that
/// dies in the middle of it may not show it and bring it to light when it is back. No later change of the same person is
/// acknowledged before that is decided, so the lists behind the next one tell. Everything else that they hold has to be
/// what was acknowledged. In each session list versions rise without a hole.
final class ListKeeper {
  /// What others may know of the work.
  final class Tally: Sendable {
    let acknowledged = Atomic(0)
    /// Answered 201: the store was away.
    let refused = Atomic(0)
    let lost = Atomic(0)
  }

  struct Trouble: Error, CustomStringConvertible { let description: String }

  let name: String
  let tally: Tally
  private(set) var state: ListState?
  private let others: [String]
  private let way: WayIn
  private var client: ScriptedClient?
  /// Asked for since the lists were last known for sure, in order.
  private var since: [(change: ListChange, isAcknowledged: Bool)] = []
  private var knownForSure: ListState?
  private var hasToRead = true
  /// Far above any list version, which stands in the same place of other lines.
  private var transaction = 1_000_000
  private var version: UInt32 = 0

  init(_ name: String, among others: [String], _ way: WayIn, _ tally: Tally) {
    self.name = name
    self.tally = tally
    self.others = others
    self.way = way
  }

  /// Works until the flag is set and nothing is uncertain; the lists are then as ``state`` says.
  func work(until stop: Flag) throws {
    do {
      while !stop.isSet || state == nil || !since.isEmpty { try turn() }
      client?.hangUp()
    } catch {
      throw Trouble(description: "\(name) (\(tally.acknowledged.load(ordering: .relaxed)) acknowledged): \(error)")
    }
  }

  private func turn() throws {
    do {
      let client = try self.client ?? way.comeIn(name)
      if self.client == nil || hasToRead {
        self.client = client
        try readLists(client)
      } else if let state {
        try change(state, client)
      }
    } catch ClientFailure.closed, ClientFailure.write {
      client = nil
      tally.lost.add(1, ordering: .relaxed)
    }
  }

  private func change(_ state: ListState, _ client: ScriptedClient) throws {
    let number = tally.acknowledged.load(ordering: .relaxed) + tally.lost.load(ordering: .relaxed) * 1_000_000
    let change = ListChange(in: state, among: others, number: number)
    transaction += 1
    // Until the answer says more.
    since.append((change, false))
    hasToRead = true
    try client.send(change.line(transaction))
    let words = try answer(client)
    switch words[0] {
    case "201": tally.refused.add(1, ordering: .relaxed)
    case "713", "800":
      since.removeLast()
      hasToRead = !since.isEmpty
      Pause.short()
    case "215", "216", "219", "224",
      "228" where since.count > 1:
      // One of the uncertain ones has been made.
      since.removeLast()
    default: try acknowledge(change, in: state, words)
    }
  }

  private func acknowledge(_ change: ListChange, in state: ListState, _ words: [String]) throws {
    guard words.count > change.versionIndex, let version = UInt32(words[change.versionIndex]),
      words.joined(separator: " ") == change.acknowledgement(transaction, version)
    else { throw Trouble(description: "'\(change.line(transaction))' was answered '\(words.joined(separator: " "))'") }
    try follow(version, words)
    tally.acknowledged.add(1, ordering: .relaxed)
    since[since.count - 1].isAcknowledged = true
    guard since.count == 1 else { return }
    var made = state
    change.make(in: &made)
    know(made)
  }

  private func know(_ lists: ListState) {
    state = lists
    knownForSure = lists
    since = []
    hasToRead = false
  }

  /// The answer to the last command; what comes before it is news.
  private func answer(_ client: ScriptedClient) throws -> [String] {
    while true {
      let line = try client.nextLine(
        waitingFor: "the answer to command \(transaction), \(since.last?.change.line(transaction) ?? "")")
      let words = line.text.split(separator: " ").map(String.init)
      if words.count > 1, words[1] == "\(transaction)" { return words }
      try hear(words)
    }
  }

  private func hear(_ words: [String]) throws {
    switch words[0] {
    case "ADD" where words[1] == "0", "REM" where words[1] == "0": try follow(UInt32(words[3]) ?? 0, words)
    case "BPR": try follow(UInt32(words[1]) ?? 0, words)
    case "OUT": throw ClientFailure.closed(waitingFor: words.joined(separator: " "))
    case "NLN", "FLN", "ILN", "CHL": break
    default: throw Trouble(description: "unexpected: \(words.joined(separator: " "))")
    }
  }

  private func follow(_ version: UInt32, _ words: [String]) throws {
    guard version == self.version || version == self.version + 1 else {
      throw Trouble(description: "version \(version) behind \(self.version): \(words.joined(separator: " "))")
    }
    self.version = version
  }

  /// Reads all lists. They are what was acknowledged, with or without each of the changes that are uncertain.
  private func readLists(_ client: ScriptedClient) throws {
    transaction += 1
    try client.send("SYN \(transaction) 0")
    var words = try news(client)
    guard words[0] == "SYN" else { return Pause.short() }
    version = UInt32(words[2]) ?? 0
    var burst: [[String]] = []
    repeat {
      words = try client.nextLine(waitingFor: "the end of the lists").text.split(separator: " ").map(String.init)
      burst.append(words)
    } while !(words.count > 5 && words[0] == "LST" && words[2] == "RL" && words[4] == words[5])
    let found = ListState(burst)
    guard let knownForSure else { return know(found) }
    var possible: Set = [knownForSure]
    for (change, isAcknowledged) in since {
      let made = possible.map { lists in
        var lists = lists
        change.make(in: &lists)
        return lists
      }
      possible = isAcknowledged ? Set(made) : possible.union(made)
    }
    guard possible.contains(found) else {
      let asked = since.map { "\($0.change) acknowledged: \($0.isAcknowledged)" }
      throw Trouble(description: "the lists are \(found), and were \(knownForSure) before \(asked)")
    }
    if since.last?.isAcknowledged ?? true { know(found) } else { state = found }
    hasToRead = false
  }

  /// The answer to a command before the lists are known, when versions cannot be followed.
  private func news(_ client: ScriptedClient) throws -> [String] {
    while true {
      let words = try client.nextLine(waitingFor: "SYN \(transaction)").text.split(separator: " ").map(String.init)
      if words.count > 1, words[1] == "\(transaction)" { return words }
      if words[0] == "OUT" { throw ClientFailure.closed(waitingFor: "SYN") }
    }
  }
}
