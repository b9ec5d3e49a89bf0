import MSNP
import Synchronization

/// Takes prefaces at one server: each once, and none from before the server started, for it does not remember those.
public final class GatewayDoor: Sendable {
  private let mint: GatewayPrefaceMint
  private let target: HostPort
  private let now: @Sendable () -> Int64
  private let age: @Sendable () -> Int64
  private let used = Mutex(UsedTickets())

  /// - Parameters:
  ///   - target: the address that the server tells clients.
  ///   - now: seconds since 1970, by the clock that web nodes go by.
  ///   - age: for how many seconds the server has been there; nil to count from now on.
  public init(
    _ mint: GatewayPrefaceMint, target: HostPort, now: @escaping @Sendable () -> Int64,
    age: (@Sendable () -> Int64)? = nil
  ) {
    self.mint = mint
    self.target = target
    self.now = now
    let start = ContinuousClock.now
    self.age = age ?? { (ContinuousClock.now - start).components.seconds }
  }

  /// The address of the client that a preface speaks for.
  public func client(_ text: String) throws(PrefaceRefusal) -> String {
    let now = now()
    let preface = try mint.redeem(text, target: target, now: now)
    // A second is lost in rounding.
    guard preface.issued >= now - age() - 1 else { throw .outOfTime }
    let expires = preface.issued + GatewayPrefaceMint.lifetime
    guard used.withLock({ $0.claim(preface.nonce, expires: expires, now: now) }) else { throw .used }
    return preface.client
  }
}
