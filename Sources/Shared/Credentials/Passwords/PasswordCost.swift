/// What one scrypt hash costs: memory and time both grow with N times r, time with p as well.
public struct PasswordCost: Hashable, Sendable {
  /// scrypt's N, a power of two.
  public let rounds: Int
  /// scrypt's r.
  public let block: Int
  /// scrypt's p.
  public let parallelism: Int

  /// Nil for what scrypt does not define, and above 1 GiB or 2^24 block mixes: a cost read from a damaged store must
  /// not stop the server.
  public init?(rounds: Int, block: Int, parallelism: Int) {
    guard (2...1 << 20).contains(rounds), rounds.nonzeroBitCount == 1 else { return nil }
    guard (1...32).contains(block), (1...16).contains(parallelism), rounds * block <= 1 << 23 else { return nil }
    guard rounds * block * parallelism <= 1 << 24 else { return nil }
    self.init(checked: rounds, block: block, parallelism: parallelism)
  }

  private init(checked rounds: Int, block: Int, parallelism: Int) {
    self.rounds = rounds
    self.block = block
    self.parallelism = parallelism
  }

  /// N 16,384, r 8, p 1: 16 MiB and some 30 ms of one core for each hash.
  public static let standard = PasswordCost(checked: 16384, block: 8, parallelism: 1)

  /// N 16, r 1, p 1: worth nothing against guessing. For tests that make or check many passwords, and for nothing else.
  public static let testOnly = PasswordCost(checked: 16, block: 1, parallelism: 1)

  /// The environment variable that asks for ``testOnly`` with the value `lowest`; any other value changes nothing.
  public static let environmentVariable = "MONARCH_TEST_PASSWORD_COST"

  /// The cost of new hashes in a process with this environment.
  public static func chosen(by environment: [String: String]) -> PasswordCost {
    environment[environmentVariable] == "lowest" ? .testOnly : .standard
  }
}
