import MSNP
import NIOCore
import NIOPosix

/// A client that signs in and stays, or opens a conversation.
final class LoadClient: Sendable {
  let handle: String
  let dialect: LoadDialect
  let notification: LineStream

  private init(handle: String, dialect: LoadDialect, notification: LineStream) {
    self.handle = handle
    self.dialect = dialect
    self.notification = notification
  }

  /// Signs people in, fifty at a time, through the dispatch server; see ``LoadDialect/script`` for how far.
  static func signIn(
    _ users: Range<Int>, at server: String, by entrance: Entrance = Entrance()
  ) async throws -> [LoadClient] {
    guard let address = HostPort(server) else { throw LoadFailure("no address: \(server)") }
    return try await signIn(users.map(Load.Users.handle)) { try await signIn($0, through: address, entrance) }
  }

  /// Signs people in on that notification server, fifty at a time; their connections live on `loops`.
  static func signIn(
    _ handles: [String], on server: HostPort, _ loops: any EventLoopGroup, by entrance: Entrance = Entrance()
  ) async throws -> [LoadClient] {
    try await signIn(handles) { try await signIn($0, on: server, loops, entrance) }
  }

  private static func signIn(
    _ handles: [String], by way: @escaping @Sendable (String) async throws -> LoadClient
  ) async throws -> [LoadClient] {
    var clients: [LoadClient] = []
    for start in stride(from: 0, to: handles.count, by: 50) {
      let batch = start..<min(start + 50, handles.count)
      clients += try await withThrowingTaskGroup(of: (Int, LoadClient).self) { group in
        for place in batch { group.addTask { (place, try await way(handles[place])) } }
        return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
      }
    }
    return clients
  }

  /// Asks there for the notification server.
  private static func signIn(
    _ handle: String, through dispatch: HostPort, _ entrance: Entrance
  ) async throws -> LoadClient {
    let first = try await LineStream.connect(to: dispatch)
    var scene = entrance.scene(of: handle)
    for step in entrance.dialect.script {
      let last = try await first.take(step, scene)
      scene.last = last
      guard last.verb == .XFR else { continue }
      first.close()
      guard let address = last.text(2).flatMap({ HostPort($0) }) else { throw LoadFailure("no address in XFR") }
      return try await signIn(handle, on: address, MultiThreadedEventLoopGroup.singleton, entrance)
    }
    throw LoadFailure("no dispatch server: it names no other")
  }

  private static func signIn(
    _ handle: String, on server: HostPort, _ loops: any EventLoopGroup, _ entrance: Entrance
  ) async throws -> LoadClient {
    let stream = try await LineStream.connect(to: server, loops)
    var scene = entrance.scene(of: handle)
    for step in entrance.dialect.script { scene.last = try await stream.take(step, scene) }
    stream.open(entrance.dialect)
    return LoadClient(handle: handle, dialect: entrance.dialect, notification: stream)
  }

  /// Changes the status; nothing is waited for.
  func change(_ transaction: Int, to status: String) { notification.send(dialect.change(transaction, to: status)) }

  func close() { notification.close() }
}

struct LoadFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
