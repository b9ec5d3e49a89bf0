import FuzzKit
import MSNP
import NIOCore
import ServerKit

@testable import Switchboard

/// A play with one participant of a conversation. Tickets and calls are answered when the client's next bytes come, or
/// by a letter; see ``SwitchboardPlay``.
@_cdecl("FuzzSwitchboard_main")
func main(_ count: Int32, _ arguments: ProgramArguments) -> Int32 {
  fuzz(count, arguments) { start, size in
    var input = FuzzInput(start, size)
    let play = SwitchboardPlay()
    while let move = input.move(), !play.isOver {
      switch move {
      case .client(let bytes): play.client(bytes)
      case .event(let letter): play.event(letter, &input)
      }
    }
    play.end()
    return 0
  }
}
