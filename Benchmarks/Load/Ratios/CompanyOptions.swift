import ArgumentParser
import MSNP
import NIOCore
import NIOPosix

/// Contacts who are online while others sign in.
struct CompanyOptions: ParsableArguments {
  @Option(help: "How many contacts are online, from --contacts-from on: they sign in first.")
  var online = 0

  @Option(help: "The number of the first of them: what `monarch-load users --count` was told, when --shared was too.")
  var contactsFrom = 0

  /// Signs them in, in the dialect of the others: the floor plays one score to all.
  func signIn(on server: HostPort, _ dialect: DialectOptions) async throws -> [LoadClient] {
    let handles = (contactsFrom..<contactsFrom + online).map(Load.Users.handle)
    let entrance = try await dialect.entrance(for: handles)
    return try await LoadClient.signIn(
      handles, on: server, MultiThreadedEventLoopGroup.singleton.next(), by: entrance)
  }
}
