import MSNP

/// A play: named actors, their connections, and every line that is said, in the order in which it has to come.
///
///     play: a friend comes online
///     dialects: 2-7
///     include: comes-online(who: bob, name: Bob, version: 40)
///     alice@NS <<< NLN NLN bob@example.com Bob
///     [6-7] alice@NS is quiet
///
/// The language is told in full by ``PlayParser``.
public struct Play: Sendable {
  /// The file's name without its ending.
  public var name: String
  /// What it shows.
  public var title: String
  public var dialects: Set<Dialect>
  /// What the data folder holds before the server starts; see ``PlayGround``.
  public var given: String
  /// The name all roles share on one listener; nil for a listener each.
  public var publicHost: String?
  var steps: [Step]

  struct Step: Sendable {
    var place: Place
    /// The dialects in which the step is taken; nil for all.
    var dialects: Set<Dialect>?
    var action: Action
  }

  /// Where a step stands, the way by which it was included last.
  struct Place: Sendable, CustomStringConvertible {
    var file: String
    var line: Int
    var description: String { "\(file):\(line)" }
  }

  indirect enum Action: Sendable {
    /// `alice@NS connects to notification`
    case connect(seat: String, to: PlayTemplate)
    /// `alice@NS >>> CHG 8 NLN`
    case send(seat: String, PlayTemplate, payload: PlayTemplate?)
    /// `alice@NS <<< CHG 8 NLN`
    case expect(seat: String, PlayTemplate, payload: PlayTemplate?)
    /// `alice@NS is closed`
    case isClosed(seat: String)
    /// `alice@NS passes over GTC BLP LST`
    case passOver(seat: String, verbs: [String])
    /// `alice@NS is quiet`
    case isQuiet(seat: String)
    /// `alice@NS hangs up`
    case hangUp(seat: String)
    /// `include: signs-in(who: alice)`: `sees` are the names its arguments hold, `gives` those it leaves behind.
    case part(steps: [Step], sees: [String], gives: [String])
  }
}

/// Why a play's text cannot be read.
public struct PlaySyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  public init(description: String) { self.description = description }
}
