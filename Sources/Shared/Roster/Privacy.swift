import MSNP

/// An account's allow list, block list and `BLP`: who may see it online and ring it.
public struct Privacy: Hashable, Sendable {
  public var mode: PrivacyMode
  public var allowed: AccountSet
  public var blocked: AccountSet

  public init(mode: PrivacyMode = .allow, allowed: AccountSet = AccountSet(), blocked: AccountSet = AccountSet()) {
    self.mode = mode
    self.allowed = allowed
    self.blocked = blocked
  }

  /// Whether `other` may see and ring the account (contacts reference, section 7, rules 2 and 3): not on the block
  /// list, and on the allow list unless strangers are allowed.
  public func admits(_ other: AccountID) -> Bool {
    if blocked.contains(other) { return false }
    return mode == .allow || allowed.contains(other)
  }

  /// The same rule as a value that travels with presence, so that whoever receives it need not know the lists.
  public var audience: Audience {
    switch mode {
    case .allow: .everyone(except: blocked)
    case .block: .only(AccountSet(allowed.members.filter { !blocked.contains($0) }))
    }
  }
}

/// Who may know that an account is online.
public enum Audience: Hashable, Sendable {
  case everyone(except: AccountSet)
  case only(AccountSet)

  public func admits(_ account: AccountID) -> Bool {
    switch self {
    case .everyone(let except): !except.contains(account)
    case .only(let admitted): admitted.contains(account)
    }
  }
}
