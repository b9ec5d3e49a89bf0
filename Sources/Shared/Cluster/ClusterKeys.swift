import Crypto
import Foundation

/// A key with those before it, which are still accepted while keys are changed.
public struct SealKey: Sendable {
  public var current: SymmetricKey
  public var previous: [SymmetricKey]

  public init(_ current: SymmetricKey, previous: [SymmetricKey] = []) {
    self.current = current
    self.previous = previous
  }

  public var accepted: [SymmetricKey] { [current] + previous }

  /// A MAC over the text with the current key: 16 bytes of HMAC-SHA-256 in base64.
  func seal(_ text: String) -> String { SealKey.seal(text, current) }

  /// Whether the seal was made with the current key or one before it; in a time that tells nothing of the right one.
  func verifies(_ seal: String, of text: String) -> Bool {
    accepted.reduce(false) { isGenuine, key in
      let isEqual = SealKey.isEqual(seal, SealKey.seal(text, key))
      return isGenuine || isEqual
    }
  }

  private static func seal(_ text: String, _ key: SymmetricKey) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
    return Data(code.prefix(16)).base64EncodedString()
  }

  @inline(never)
  private static func isEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

/// The keys with which a node seals what it writes into the registry and sends over the bus. A role has those that it
/// needs; a channel whose key it lacks it can neither read nor write.
public struct ClusterKeys: Sendable {
  /// Rows of the registry, ``BusChannel/registry`` and ``BusChannel/control(_:)``: every role, and the operator's commands.
  public var registry: SealKey
  /// ``BusChannel/notification`` and ``BusChannel/node(_:)``: notification servers, and the operator's commands.
  public var notification: SealKey?
  /// ``BusChannel/rings(_:)`` and ``BusChannel/switchboards``: notification servers, switchboards, and the operator's
  /// commands.
  public var rings: SealKey?

  public init(registry: SealKey, notification: SealKey? = nil, rings: SealKey? = nil) {
    self.registry = registry
    self.notification = notification
    self.rings = rings
  }

  public func key(of channel: BusChannel) -> SealKey? {
    switch channel {
    case .notification, .node: notification
    case .rings, .switchboards: rings
    case .registry, .control: registry
    }
  }
}
