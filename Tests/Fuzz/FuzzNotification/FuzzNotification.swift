import FuzzKit
import MSNP
import NIOCore
import Roster
import ServerKit

@testable import NotificationServer

/// A play with one client of a notification server: alice, who has bob and carol on her lists. What the session asks of
/// its node is answered when the client's next bytes come, or by a letter; see ``NotificationPlay``.
@_cdecl("FuzzNotification_main")
func main(_ count: Int32, _ arguments: ProgramArguments) -> Int32 {
  fuzz(count, arguments) { start, size in
    var input = FuzzInput(start, size)
    let play = NotificationPlay()
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
