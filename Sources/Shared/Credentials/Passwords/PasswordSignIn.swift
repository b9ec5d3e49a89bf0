/// Checks account passwords against their hashes, and against nothing else.
///
/// A handle without account costs the work of one with: the password is hashed at the present cost and the result
/// thrown away.
public struct PasswordSignIn: Sendable {
  private let cost: PasswordCost

  /// - Parameter cost: what a guess at an account that does not exist costs; that of new hashes.
  public init(cost: PasswordCost = .standard) { self.cost = cost }

  /// Whether it is the password; `hash` is nil for handles without account. Keeps a core busy for some 30 ms: never on
  /// an event loop.
  public func verify(_ password: String, hash: String?) -> Bool {
    guard let hash = hash.flatMap(PasswordHash.init(text:)) else {
      _ = try? PasswordHash.make(password, cost: cost)
      return false
    }
    return (try? hash.verify(password)) ?? false
  }
}
