import FuzzKit
import NIOCore

@testable import WebServices

/// The first byte chooses what the rest is: the query of a request, or what happens to a session, a letter for each.
@_cdecl("FuzzGateway_main")
func main(_ count: Int32, _ arguments: ProgramArguments) -> Int32 {
  fuzz(count, arguments) { start, size in
    var input = FuzzInput(start, size)
    guard input.byte() & 1 == 0 else {
      var play = GatewayPlay()
      while !input.isEmpty { play.step(&input) }
      return 0
    }
    switch GatewayQuery(String(buffer: input.rest)) {
    case .send(let id)?: hold(GatewaySessionID("\(id)") == id, "\(id) is another name when it is read")
    case .poll(_, let time)?: hold(time >= .zero && time <= GatewayQuery.longestHold, "a poll is held for \(time)")
    case .open(_, let place)?: hold(place != "", "an empty place is one")
    case nil: break
    }
    return 0
  }
}
