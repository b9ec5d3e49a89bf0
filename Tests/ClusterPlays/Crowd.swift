import Cluster
import MSNP
import Synchronization
import TestKit

/// Many people who know nobody, `p0` to `p249`; friends, `left0` to `left11` and `right0` to `right11`, who all have
/// each other on their lists.
enum Crowd {
  static let size = 250
  static let friends = (0..<12).flatMap { ["left\($0)", "right\($0)"] }

  static let plan = FixturePlan("crowd") { writer in
    let people = (0..<size).map { "p\($0)" } + friends
    _ = try await writer.accounts(people.map { (handle: "\($0)@example.com", name: $0) })
    let pairs = friends.indices.flatMap { first in friends.indices[(first + 1)...].map { (first, $0) } }
    try await writer.makeMutual(pairs.map { ("\(friends[$0.0])@example.com", "\(friends[$0.1])@example.com") })
  }
}

/// Set once, looked at by many threads.
final class Flag: Sendable {
  private let isRaised = Atomic(false)
  var isSet: Bool { isRaised.load(ordering: .relaxed) }
  func set() { isRaised.store(true, ordering: .relaxed) }
}

/// How people come in, and come back: through a dispatch server, again and again until one lets them in.
struct WayIn: Sendable {
  var dispatchServers: [HostPort]
  var dialect = 7
  /// How long somebody tries in vain before that is a failure.
  var patience = Duration.seconds(90)

  init(_ cluster: ClusterServer, dialect: Int = 7) {
    dispatchServers = cluster.running.filter { $0.role == .dispatch }.map { cluster.address(of: $0) }
    self.dialect = dialect
  }

  func comeIn(_ who: String) throws -> ScriptedClient {
    let deadline = ContinuousClock.now + patience
    while true {
      do {
        let dispatch = dispatchServers.randomElement() ?? HostPort(host: "127.0.0.1", port: 1863)
        return try ScriptedClient.comingIn(who, through: dispatch, dialect: dialect)
      } catch {
        guard WayIn.mayPass(error), ContinuousClock.now < deadline else {
          throw PlayFailure(description: "\(who) does not come in: \(error)")
        }
        // As clients do; nothing is measured by it.
        Pause.short()
      }
    }
  }

  /// Whether it is no failure of the service that somebody was not let in just now: gone, going, or without its
  /// database. A wrong password is, and so is silence.
  private static func mayPass(_ error: any Error) -> Bool {
    switch error as? ClientFailure {
    case .connect, .write, .closed: true
    case .mismatch(_, let got):
      ["'601 ", "'600 ", "'OUT SSD", "601 ", "600 ", "OUT SSD"].contains { got.hasPrefix($0) }
    default: false
    }
  }
}
