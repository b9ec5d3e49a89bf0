import ArgumentParser
import Foundation

/// What keeps a server busy while bystanders ping.
enum Disturbance: String, CaseIterable, ExpressibleByArgument {
  case rest, storm, exodus, renames, changes

  /// Signs in whoever takes part; the answer keeps the server busy when it is called, until the end, and tells how often.
  func prepared(at server: SocketName) throws -> (_ end: ContinuousClock.Instant) throws -> Int {
    switch self {
    case .rest:
      return { end in
        Thread.sleep(forTimeInterval: (end - .now).inSeconds)
        return 0
      }
    case .storm: return Storm(at: server).goOn
    case .exodus: return Storm(at: server).comeAndGo
    case .renames: return try Audience.prepared(at: server, line: Self.rename, limit: 5)
    case .changes: return try Audience.prepared(at: server, line: Self.change, limit: 100)
    }
  }

  /// The line with which a star does it for the nth time, counted from 0.
  private static func rename(_ star: Int, _ number: Int) -> String {
    "REA 9 \(Load.Users.handle(star)) Star%20\(number)"
  }

  private static func change(_ star: Int, _ number: Int) -> String { "CHG 9 \(number % 2 == 0 ? "BSY" : "NLN")" }
}

/// Stars and their watchers, who read what they are told.
struct Audience {
  private let stars: [PlainClient]
  private let watchers: [PlainSocket]
  private var lines = LineTally("NLN")
  private var poll: PollSet
  private let room = ReadingRoom()

  /// How long a change may be on its way before it counts as lost.
  private static let patience = Duration.seconds(5)

  /// The stars in turn do what their line says, each as soon as all watchers have seen the one before.
  ///
  /// - Parameter limit: how often one star may.
  static func prepared(
    at server: SocketName, line: @escaping (_ star: Int, _ number: Int) -> String, limit: Int
  ) throws -> (ContinuousClock.Instant) throws -> Int {
    var audience = try Audience(at: server)
    let stars = Array(CalmPeople.stars)
    var taken = 0
    return { end in
      let first = taken
      while .now < end, taken < stars.count * limit {
        let (round, place) = taken.quotientAndRemainder(dividingBy: stars.count)
        taken += 1
        try audience.show(line(stars[place], round), of: place)
      }
      return taken - first
    }
  }

  private init(at server: SocketName) throws {
    stars = try PlainClient.signIn(CalmPeople.stars.map(Load.Users.handle), on: server)
    let crowd = try PlainClient.signIn(CalmPeople.watchers.map(Load.Users.handle), on: server)
    watchers = crowd.map(\.socket)
    poll = PollSet(watchers)
    PlainClient.quiet(crowd + stars, for: .milliseconds(500))
  }

  private mutating func show(_ line: String, of star: Int) throws {
    let wanted = lines.count + watchers.count
    let end = ContinuousClock.now + Self.patience
    try stars[star].send(line)
    while lines.count < wanted {
      guard .now < end else { throw LoadFailure("\(wanted - lines.count) watchers were not told of \(line)") }
      for place in poll.wait(atMost: end - .now) {
        guard let count = watchers[place].receiveAtOnce(room.bytes) else { continue }
        guard count > 0 else { throw LoadFailure("the server has closed a watcher's connection") }
        lines.add(room.first(count))
      }
    }
  }
}
