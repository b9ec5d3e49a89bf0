import GRDB
import MSNP
import Store

extension SQLiteStore: CredentialStore {
  public func credentials(of handle: UserHandle, then: @escaping StoreAnswer<StoredCredentials?, StoreFailure>) {
    read(
      { database in
        try database.row(
          "SELECT id, password, old_password FROM account WHERE handle = ? AND NOT banned", [handle.text]
        ).map {
          StoredCredentials(account: $0.account(0), passwordHash: $0[1], sealedOldPassword: $0.bytes(2))
        }
      }, then: then)
  }
}
