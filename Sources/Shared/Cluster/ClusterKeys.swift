import Crypto

/// A key with those before it, which are still accepted while keys are changed.
public struct SealKey: Sendable {
  public var current: SymmetricKey
  public var previous: [SymmetricKey]

  public init(_ current: SymmetricKey, previous: [SymmetricKey] = []) {
    self.current = current
    self.previous = previous
  }

  public var accepted: [SymmetricKey] { [current] + previous }
}

/// The keys with which a node seals what it writes into the registry and sends over the bus. A role has those that it
/// needs; a channel whose key it lacks it can neither read nor write.
public struct ClusterKeys: Sendable {
  /// Rows of the registry, and ``BusChannel/control(_:)``: every role, and the operator's commands.
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
    case .control: registry
    }
  }
}
