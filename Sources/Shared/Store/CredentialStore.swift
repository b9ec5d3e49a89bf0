import MSNP
import Roster

/// What signing in needs to know of an account.
public struct StoredCredentials: Hashable, Sendable {
  public var account: AccountID
  /// The account password's scrypt hash with its parameters, as `PasswordHash` writes it.
  public var passwordHash: String
  /// The old-client password, sealed; nil when the account does not take part in MD5 sign-in.
  public var sealedOldPassword: [UInt8]?

  public init(account: AccountID, passwordHash: String, sealedOldPassword: [UInt8]?) {
    self.account = account
    self.passwordHash = passwordHash
    self.sealedOldPassword = sealedOldPassword
  }
}

public protocol CredentialStore: Sendable {
  /// The credentials of an account; nil when there is none of that handle, or it is banned.
  func credentials(of handle: UserHandle, then: @escaping StoreAnswer<StoredCredentials?, StoreFailure>)
}
