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

  /// Reads what is there; the line that ends an answer, or `XFR` in its place, or nil when it has not come yet.
  func look(for end: inout AnswerEnd) throws -> Line? {
    if let count = socket.receiveAtOnce(room.bytes) {
      guard count > 0 else { throw LoadFailure("closed instead of an answer") }
      var bytes = ByteBuffer(bytes: room.first(count))
      decoder.append(&bytes)
    }
    while let line = try decoder.next() {
      guard !line.isError else { throw LoadFailure("\(line.text) instead of an answer") }
      if end.isReached(by: line) || line.verb == .XFR { return line }
    }
    return nil
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
