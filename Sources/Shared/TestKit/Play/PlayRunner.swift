import MSNP

/// What went wrong in a play, and where.
public struct PlayFailure: Error, CustomStringConvertible {
  public let description: String
  public init(description: String) { self.description = description }
}

/// Plays a play in one dialect on a stage of its own.
///
/// `is quiet` and the end of the play wait until all that was caused has arrived (``PlayStage/settle()``) and look
/// then, so that a line that comes late fails the play like one that comes at once. `connects to` waits likewise: what a
/// play tells before that has happened, on every server, when the newcomer is told how things are. At the end every
/// connection that is still open has to be quiet: a line that nobody waited for fails the play.
public final class PlayRunner {
  private let play: Play
  private let dialect: Dialect
  private let stage: any PlayStage
  private let byteByByte: Bool
  private var seats: [String: PlaySeat] = [:]

  /// - Parameter byteByByte: whether clients send every byte as a segment of its own.
  public init(_ play: Play, dialect: Dialect, on stage: any PlayStage, byteByByte: Bool = false) {
    self.byteByByte = byteByByte
    self.play = play
    self.dialect = dialect
    self.stage = stage
  }

  public func run() throws(PlayFailure) {
    let scope = PlayScope(dialect: dialect, port: stage.port)
    try run(play.steps, scope, way: [])
    do { try stage.settle() } catch { throw failure("at the end", error) }
    for (name, seat) in seats.sorted(by: { $0.key < $1.key }) {
      do {
        try seat.expectQuietEnd()
      } catch {
        throw failure("at the end, \(name)", error)
      }
    }
  }

  private func run(_ steps: [Play.Step], _ scope: PlayScope, way: [Play.Place]) throws(PlayFailure) {
    for step in steps where step.dialects?.contains(dialect) ?? true {
      let way = way + [step.place]
      if case .part(let steps, let sees, let gives) = step.action {
        let inner = PlayScope(of: scope, seeing: sees)
        try run(steps, inner, way: way)
        for name in gives { if let value = inner[name] { scope.take(name, value) } }
        continue
      }
      do {
        try take(step.action, scope)
      } catch {
        throw failure(way.reversed().map(\.description).joined(separator: ", in "), error)
      }
    }
  }

  private func take(_ action: Play.Action, _ scope: PlayScope) throws {
    switch action {
    case .connect(let name, let target):
      let target = try self.target(target, scope)
      if !seats.isEmpty { try stage.settle() }
      let seat = PlaySeat(name, in: dialect, on: stage, byteByByte: byteByByte)
      try seat.connect(to: target)
      seats[name] = seat
    case .send(let name, let line, let payload): try seat(name).send(line, payload, scope)
    case .expect(let name, let line, let payload): try seat(name).expect(line, payload, scope)
    case .isClosed(let name):
      try seat(name).client.expectClosed()
      seats[name] = nil
    case .passOver(let name, let verbs):
      try stage.settle()
      try seat(name).passOver(verbs)
    case .isQuiet(let name):
      try stage.settle()
      try seat(name).expectQuiet()
    case .hangUp(let name):
      try seat(name).client.hangUp()
      seats[name] = nil
    case .part: break
    }
  }

  private func seat(_ name: String) throws -> PlaySeat {
    guard let seat = seats[name] else { throw PlayFailure(description: "\(name) is not connected") }
    return seat
  }

  private func target(_ target: PlayTemplate, _ scope: PlayScope) throws -> PlayTarget {
    switch target.source {
    case "dispatch": return .dispatch
    case "notification": return .notification
    case "switchboard": return .switchboard
    default:
      let text = String(decoding: try target.rendered(scope), as: UTF8.self)
      guard let address = HostPort(text) else { throw PlayFailure(description: "'\(text)' is no address") }
      return .address(address)
    }
  }

  private func failure(_ place: String, _ error: any Error) -> PlayFailure {
    let log = stage.troubles.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    return PlayFailure(
      description: "\(play.name) in \(dialect.name), \(place):\n  \(error)\n  the server's log:\n\(log)")
  }
}
