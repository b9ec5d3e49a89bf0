import MSNP
import NIOCore
import ServerKit

/// A machine for tests: repeats `PNG`, waits after `SYN` until it is answered, ends after `OUT`.
struct EchoMachine: LineMachine {
  enum Effect: Sendable, Equatable { case asked, closed }
  enum Event: Sendable {
    case answer(String)
    case news(String)
  }

  let framing: Framing
  let dialect = Dialect.msnp7
  var person: UserHandle? { nil }

  init(framing: Framing = Framing(payloads: [.MSG: 100])) { self.framing = framing }

  mutating func opened(_ turn: inout Turn<Effect>) { turn.timer = .after(.seconds(30)) }

  mutating func receive(_ line: Line, _ turn: inout Turn<Effect>) {
    switch line.verb {
    case .SYN:
      turn.waits = true
      turn.perform(.asked)
    case .OUT:
      turn.reply.line(.OUT)
      turn.end(.finished)
    case .LST:
      turn.reply.buffer.writeRepeatingByte(UInt8(ascii: "L"), count: line.number(0, as: UInt32.self).map(Int.init) ?? 0)
    default: turn.reply.buffer.writeString("\(line.text)\r\n")
    }
  }

  mutating func receive(_ event: Event, _ turn: inout Turn<Effect>) {
    switch event {
    case .answer(let text), .news(let text): turn.reply.buffer.writeString(text)
    }
  }

  mutating func timerFired(_ turn: inout Turn<Effect>) { turn.end(.server("too slow")) }
  mutating func closed(_ turn: inout Turn<Effect>) { turn.perform(.closed) }
}
