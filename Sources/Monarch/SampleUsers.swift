import Credentials
import MSNP

/// Three people to try the service with, on each other's lists. Their passwords are known to everybody.
enum SampleUsers {
  struct Sample: Sendable {
    let handle: String
    let password: String
    let name: String
  }

  static let all = [
    Sample(handle: "aquaboxs34@hotmail.com", password: "password123", name: "AquaBoxs"),
    Sample(handle: "testuser@hotmail.com", password: "test123", name: "Test User"),
    Sample(handle: "friend1@hotmail.com", password: "friend123", name: "Friend One"),
  ]

  /// Makes those that are missing, with old-client sign-in on, and puts the new ones on everybody's lists.
  static func make(_ administration: some Administration, cost: PasswordCost) async throws {
    let handles = all.compactMap { UserHandle($0.handle) }
    var made: Set<UserHandle> = []
    for (sample, handle) in zip(all, handles) where try await administration.show(handle) == nil {
      let hash = try PasswordHash.make(sample.password, cost: cost).text
      let order = AccountOrder(
        handle: handle, name: sample.name, password: PasswordOrder(hash: hash, oldPassword: sample.password))
      made.formUnion(try await administration.add([order]))
    }
    let pairs = handles.indices.flatMap { first in
      handles.indices[(first + 1)...].map { HandlePair(first: handles[first], second: handles[$0]) }
    }
    let wanted = pairs.filter { made.contains($0.first) || made.contains($0.second) }
    if !wanted.isEmpty { _ = try await administration.makeContacts(wanted) }
  }
}
