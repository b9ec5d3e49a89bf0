import Glibc

/// The clock and the dice of a session, handed in so that its rules stay repeatable under test.
public struct NotificationSources: Sendable {
  /// Seconds since 1970.
  public var unixTime: @Sendable () -> Int64
  /// Cryptographic random bits.
  public var random: @Sendable () -> UInt64

  public init(unixTime: @escaping @Sendable () -> Int64, random: @escaping @Sendable () -> UInt64) {
    self.unixTime = unixTime
    self.random = random
  }

  /// The system's own.
  public static let system = NotificationSources(
    unixTime: { Int64(time(nil)) },
    random: {
      var generator = SystemRandomNumberGenerator()
      return generator.next()
    })

  var dice: Dice { Dice(roll: random) }

  struct Dice: RandomNumberGenerator {
    let roll: @Sendable () -> UInt64
    mutating func next() -> UInt64 { roll() }
  }
}
