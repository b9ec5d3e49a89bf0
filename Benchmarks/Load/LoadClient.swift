import Crypto
import MSNP
import NIOCore
import NIOPosix

/// A client that signs in and stays, or opens a conversation.
final class LoadClient: Sendable {
  let handle: String
  let notification: LineStream

  private init(handle: String, notification: LineStream) {
    self.handle = handle
    self.notification = notification
  }

  /// Signs people in, fifty at a time, through the dispatch server up to their first `CHG`.
  static func signIn(_ users: Range<Int>, at server: String) async throws -> [LoadClient] {
    guard let address = HostPort(server) else { throw LoadFailure("no address: \(server)") }
    return try await signIn(users.map(Load.Users.handle)) { try await signIn($0, through: address) }
  }

  /// Signs people in on that notification server, fifty at a time; their connections live on `loops`.
  static func signIn(
    _ handles: [String], on server: HostPort, _ loops: any EventLoopGroup
  ) async throws -> [LoadClient] {
    try await signIn(handles) { try await signIn($0, on: server, loops) }
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

  private static func signIn(_ handle: String, through dispatch: HostPort) async throws -> LoadClient {
    let first = try await LineStream.connect(to: dispatch)
    _ = try await first.ask("VER 1 MSNP5 CVR0", for: "VER")
    let transfer = try await first.ask("USR 2 MD5 I \(handle)", for: "XFR")
    first.close()
    guard let address = transfer.text(2).flatMap({ HostPort($0) }) else { throw LoadFailure("no address in XFR") }
    return try await signIn(handle, on: address, MultiThreadedEventLoopGroup.singleton)
  }

  private static func signIn(
    _ handle: String, on server: HostPort, _ loops: any EventLoopGroup
  ) async throws -> LoadClient {
    let stream = try await LineStream.connect(to: server, loops)
    _ = try await stream.ask("VER 1 MSNP5 CVR0", for: "VER")
    let challenge = try await stream.ask("USR 2 MD5 I \(handle)", for: "USR").text(3) ?? ""
    _ = try await stream.ask("USR 3 MD5 S \(digest(challenge))", for: "USR")
    stream.send("SYN 4 0\r\n")
    repeat {
      let line = try await stream.next("LST")
      if line.isWord(1, "RL"), line.text(3) == line.text(4) { break }
    } while true
    _ = try await stream.ask("CHG 5 NLN", for: "CHG")
    return LoadClient(handle: handle, notification: stream)
  }

  /// The answer to a challenge.
  static func digest(_ challenge: String) -> String {
    Insecure.MD5.hash(data: Array((challenge + "load").utf8)).map { String(format: $0) }.joined()
  }

  func close() { notification.close() }
}

extension String {
  fileprivate init(format byte: UInt8) { self = (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}

struct LoadFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
