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

  /// The next line with the verb; an error instead of it throws.
  @discardableResult
  func next(_ verb: String) throws -> Line {
    while true {
      let line = try next(insteadOf: verb)
      if line.verb.description == verb { return line }
    }
  }

  /// The line that ends the answer to a step of a sign-in, or `XFR` in its place.
  func answer(to step: SignInStep) throws -> Line {
    var end = step.end
    while true {
      let line = try next(insteadOf: "an answer")
      if end.isReached(by: line) || line.verb == .XFR { return line }
    }
  }

  private func next(insteadOf wanted: String) throws -> Line {
    while true {
      if let line = try decoder.next() {
        guard !line.isError else { throw LoadFailure("\(line.text) instead of \(wanted)") }
        return line
      }
      let count = socket.receive(room.bytes)
      guard count > 0 else { throw LoadFailure("\(count == 0 ? "closed" : "nothing came") instead of \(wanted)") }
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
  /// Signs people in on a notification server, fifty at a time and each step of the fifty at once, up to the answered
  /// challenge behind their first `CHG`.
  ///
  /// - Parameter sources: how many loopback addresses they come from.
  static func signIn(
    _ handles: [String], on server: SocketName, sources: Int = 1, each done: (PlainClient) -> Void
  ) throws {
    let entrance = Entrance()
    for start in stride(from: 0, to: handles.count, by: 50) {
      let batch = start..<min(start + 50, handles.count)
      let clients = try batch.map { number in
        try PlainClient(to: server, from: sources > 1 ? .source(number % sources) : nil)
      }
      var scenes = batch.map { entrance.scene(of: handles[$0]) }
      for step in entrance.dialect.script {
        for (client, scene) in zip(clients, scenes) { try client.socket.send(Array(step.line(scene).utf8)) }
        for (place, client) in clients.enumerated() { scenes[place].last = try client.answer(to: step) }
      }
      clients.forEach(done)
    }
  }

  static func signIn(_ handles: [String], on server: SocketName, sources: Int = 1) throws -> [PlainClient] {
    var clients: [PlainClient] = []
    try signIn(handles, on: server, sources: sources) { clients.append($0) }
    return clients
  }
}
