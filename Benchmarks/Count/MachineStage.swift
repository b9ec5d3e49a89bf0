import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit

@testable import NotificationServer

/// A session of a notification server without connection, store or other people: what it asks for is answered at once.
struct MachineStage {
  private(set) var machine: NotificationSession
  /// How many bytes it has written.
  private(set) var written = 0
  private var decoder: LineDecoder
  private let town: Town

  init(_ town: Town, connection: UInt64) {
    self.town = town
    machine = NotificationSession(id: ConnectionID(connection), settings: town.settings)
    decoder = LineDecoder(machine.framing)
    step { $0.opened(&$1) }
  }

  mutating func receive(_ text: String) {
    var bytes = ByteBuffer(string: text)
    decoder.append(&bytes)
    while let line = try? decoder.next() { step { $0.receive(line, &$1) } }
  }

  mutating func deliver(_ event: NotificationEvent) { step { $0.receive(event, &$1) } }

  private mutating func step(_ body: (inout NotificationSession, inout Turn<NotificationEffect>) -> Void) {
    var turn = Turn<NotificationEffect>(now: Town.now, dialect: machine.dialect)
    body(&machine, &turn)
    written += turn.reply.buffer.readableBytes
    for effect in turn.effects {
      guard let answer = town.answer(to: effect) else { continue }
      step { $0.receive(.answer(answer), &$1) }
    }
  }
}
