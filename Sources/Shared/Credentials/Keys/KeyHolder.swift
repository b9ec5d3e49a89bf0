/// The secret keys of a cluster by their names in files.
public enum KeyName: String, CaseIterable, Sendable {
  /// Seals rows of the registry, and what an operator wants of a node.
  case registry
  /// Seals what notification servers tell each other.
  case notificationBus = "notification-bus"
  /// Seals what notification servers and switchboards tell each other.
  case ringBus = "ring-bus"
  /// Signs switchboard tickets, for ``TicketMint``.
  case switchboardTickets = "switchboard-tickets"
  /// Signs web tickets, for ``WebTicketMint``.
  case webTickets = "web-tickets"
  /// Seals what a web node tells a notification server or a switchboard of the client it speaks for.
  case gateway
  /// Seals the passwords of MD5 sign-in, for ``PasswordSeal``. It stays for as long as the accounts do.
  case oldClientPasswords = "old-client-passwords"

  /// Whether `monarch keys rotate` replaces it.
  public var isRotated: Bool { self != .oldClientPasswords }
}

/// Who holds a file of keys: a role, or the operator's commands. Each has the keys it needs and no other.
public enum KeyHolder: String, CaseIterable, Sendable {
  case dispatch, notification, switchboard, web, `operator`

  public var fileName: String { "\(rawValue).keys" }

  /// The keys in the holder's file.
  public var names: [KeyName] {
    switch self {
    case .dispatch: [.registry]
    case .notification:
      [.registry, .notificationBus, .ringBus, .switchboardTickets, .webTickets, .gateway, .oldClientPasswords]
    case .switchboard: [.registry, .ringBus, .switchboardTickets, .gateway]
    case .web: [.registry, .notificationBus, .webTickets, .gateway, .oldClientPasswords]
    case .operator: [.registry, .notificationBus, .ringBus, .oldClientPasswords]
    }
  }

  /// The keys without which the holder cannot work. Those that a release adds for what is new in it are not among them
  /// where the holder had a file before: without them it does what it did.
  public var needs: [KeyName] {
    switch self {
    case .notification, .switchboard: names.filter { $0 != .webTickets && $0 != .gateway }
    case .dispatch, .web, .operator: names
    }
  }

  /// For a sentence.
  var inWords: String {
    switch self {
    case .dispatch: "a dispatch server"
    case .notification: "a notification server"
    case .switchboard: "a switchboard"
    case .web: "a web node"
    case .operator: "an operator's command"
    }
  }
}
