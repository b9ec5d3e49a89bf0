import Foundation
import MSNP
import TestKit
import Testing

/// What people see of others, and their lists, end up true, though the servers' connections to the bus are cut again and
/// again (promise R6). `MONARCH_CLUSTER_FLIPS` asks for another number of changes than 1,500.
@Suite(.needsDatabase, .serialized) struct ConvergenceTests {
  private static let flips = ProcessInfo.processInfo.environment["MONARCH_CLUSTER_FLIPS"].flatMap(Int.init) ?? 1_500
  private static let cuts = 10

  @Test func everybodySeesTheTruthWithinFiveSeconds() async throws {
    try await onCluster(plan: Crowd.plan) { cluster in
      let people = try Crowd.friends.map { name in
        try Watcher(name, at: name.hasPrefix("left") ? cluster.first : cluster.second)
      }
      for flip in 0..<ConvergenceTests.flips {
        if flip % (ConvergenceTests.flips / ConvergenceTests.cuts) == 20 { try cluster.cutBus(of: nodesToCut()) }
        let person = try #require(people.randomElement())
        try person.act(among: people)
        if flip % 50 == 0 { for other in people { try other.catchUp() } }
      }
      for person in people { try person.catchUp() }
      let truth = Dictionary(uniqueKeysWithValues: people.map { ($0.handle, $0.shown) })
      try cluster.wait(within: .seconds(5), until: "everybody sees the truth") {
        for person in people { try person.catchUp() }
        return try people.allSatisfy { person in
          try person.sees == truth.filter { person.contacts.contains($0.key) && $0.value != nil }
            && person.version == cluster.listVersion(of: person.handle)
        }
      }
      // And goes on seeing it.
      for person in people { #expect(try person.catchUp() == []) }
    }
  }

  /// Any of the notification servers, or both at once.
  private func nodesToCut() -> [ClusterServer.Node] {
    [[.notification(1)], [.notification(2)], [.notification(1), .notification(2)]].randomElement() ?? []
  }
}

/// Somebody who does this and that, and keeps what the server told.
private final class Watcher {
  struct Trouble: Error, CustomStringConvertible { let description: String }

  let handle: String
  private let name: String
  private let client: ScriptedClient
  /// The own status as others are to see it; nil while hidden.
  private(set) var shown: String? = "NLN"
  /// Who is on the forward list.
  private(set) var contacts: Set<String>
  /// The last thing told of each contact that is online.
  private(set) var sees: [String: String] = [:]
  private(set) var version: UInt32 = 0
  private var transaction = 10

  init(_ name: String, at address: HostPort) throws {
    self.name = name
    handle = ScriptedClient.handle(name)
    contacts = Set(Crowd.friends.filter { $0 != name }.map(ScriptedClient.handle))
    client = try ScriptedClient.signedIn(name, at: address, dialect: 5)
    version = try client.synchronise().version
    try client.send("CHG 5 NLN")
    try catchUp()
  }

  /// Changes the status, or takes somebody off the forward list or puts them back.
  func act(among people: [Watcher]) throws {
    transaction += 1
    guard Int.random(in: 0..<4) == 0, let other = people.randomElement(), other.handle != handle else {
      return try client.send("CHG \(transaction) \(["NLN", "BSY", "AWY", "HDN"].randomElement() ?? "NLN")")
    }
    if contacts.contains(other.handle) {
      try client.send("REM \(transaction) FL \(other.handle)")
    } else {
      try client.send("ADD \(transaction) FL \(other.handle) \(other.name)")
    }
    try hear(upTo: "\(transaction)")
  }

  private func hear(upTo transaction: String) throws {
    while true {
      let words = try client.nextLine(waitingFor: "the answer to \(transaction)").text.split(separator: " ").map(
        String.init)
      try hear(words)
      if ["ADD", "REM", "800"].contains(words[0]), words[1] == transaction { return }
    }
  }

  /// Reads what has come; answers with it.
  @discardableResult
  func catchUp() throws -> [String] {
    let lines = try client.linesUpToPing()
    for line in lines { try hear(line.split(separator: " ").map(String.init)) }
    return lines
  }

  private func hear(_ words: [String]) throws {
    switch words[0] {
    case "CHG": shown = words[2] == "HDN" ? nil : words[2]
    // Nothing was changed: a person's commands have a budget.
    case "800": Pause.long()
    case "NLN": sees[words[2]] = words[1]
    case "ILN": sees[words[3]] = words[2]
    case "FLN": sees[words[1]] = nil
    case "BPR": try follow(words[1], words)
    case "ADD", "REM":
      try follow(words[3], words)
      guard words[2] == "FL" else { return }
      sees[words[4]] = nil
      if words[0] == "ADD" { contacts.insert(words[4]) } else { contacts.remove(words[4]) }
    default: throw Trouble(description: "\(handle) is told \(words.joined(separator: " "))")
    }
    if ["NLN", "ILN"].contains(words[0]), !contacts.contains(words[words.count - 2]) {
      throw Trouble(description: "\(handle) is told of somebody off the list: \(words.joined(separator: " "))")
    }
  }

  /// Versions come in order and without a hole.
  private func follow(_ word: String, _ words: [String]) throws {
    guard let new = UInt32(word), new == version || new == version + 1 else {
      throw Trouble(description: "\(handle) at version \(version) is told \(words.joined(separator: " "))")
    }
    version = new
  }
}
