import Foundation
import MSNP
import NIOCore

/// A client on a plain socket, which costs next to nothing and waits on no event loop. One thread uses it.
final class PlainClient {
  let socket: PlainSocket
  private var decoder = LineDecoder(.fromServer)
  private let room = ReadingRoom()

  init(to server: SocketName, from source: SocketName? = nil) throws {
    socket = try PlainSocket(to: server, from: source)
  }

  func send(_ line: String) throws { try socket.send(Array((line + "\r\n").utf8)) }

  /// The next line with the verb; an error number instead of it throws.
  @discardableResult
  func next(_ verb: String) throws -> Line {
    while true {
      while let line = try decoder.next() {
        if line.verb.description == verb { return line }
        if UInt16(line.verb.description) != nil { throw LoadFailure("\(line.text) instead of \(verb)") }
      }
      let count = socket.receive(room.bytes)
      guard count > 0 else { throw LoadFailure("\(count == 0 ? "closed" : "nothing came") instead of \(verb)") }
      var bytes = ByteBuffer(bytes: room.first(count))
      decoder.append(&bytes)
    }
  }

  func ask(_ line: String, for verb: String) throws -> Line {
    try send(line)
    return try next(verb)
  }

  /// Throws away what comes until nothing has come for so long.
  static func quiet(_ clients: [PlainClient], for time: Duration) {
    var poll = PollSet(clients.map(\.socket))
    while true {
      let ready = poll.wait(atMost: time)
      guard ready.contains(where: { (clients[$0].socket.receiveAtOnce(clients[$0].room.bytes) ?? 0) > 0 }) else {
        return
      }
    }
  }
}

extension PlainClient {
  /// Signs people in on a notification server, fifty at a time and each step of the fifty at once, up to their first `CHG`.
  ///
  /// - Parameter sources: how many loopback addresses they come from.
  static func signIn(
    _ handles: [String], on server: SocketName, sources: Int = 1, each done: (PlainClient) -> Void
  ) throws {
    for start in stride(from: 0, to: handles.count, by: 50) {
      let batch = start..<min(start + 50, handles.count)
      let clients = try batch.map { number in
        try PlainClient(to: server, from: sources > 1 ? .source(number % sources) : nil)
      }
      for client in clients { try client.send("VER 1 MSNP5 CVR0") }
      for client in clients { try client.next("VER") }
      for (client, number) in zip(clients, batch) { try client.send("USR 2 MD5 I \(handles[number])") }
      for client in clients {
        let challenge = try client.next("USR").text(3) ?? ""
        try client.send("USR 3 MD5 S \(LoadClient.digest(challenge))")
      }
      for client in clients { try client.next("USR") }
      for client in clients { try client.send("SYN 4 0") }
      for client in clients { try client.next("SYN") }
      for client in clients { try client.send("CHG 5 NLN") }
      for client in clients { try client.next("CHG") }
      clients.forEach(done)
    }
  }

  static func signIn(_ handles: [String], on server: SocketName, sources: Int = 1) throws -> [PlainClient] {
    var clients: [PlainClient] = []
    try signIn(handles, on: server, sources: sources) { clients.append($0) }
    return clients
  }
}
