import Cluster
import Crypto
import FuzzKit
import MSNP
import NIOCore
import Roster

/// The first byte chooses what the rest is read as: a payload of the bus, an event of nodes, one of rings, news as the
/// database keeps them, or what a person says. What can be read, written and read again is the same.
@_cdecl("FuzzBus_main")
func main(_ count: Int32, _ arguments: ProgramArguments) -> Int32 {
  fuzz(count, arguments) { start, size in
    var input = FuzzInput(start, size)
    let choice = input.byte()
    let text = String(buffer: input.rest)
    switch choice & 7 {
    case 0: _ = try? BusPayload(text, over: .notification, key: key)
    case 1: if let event = ClusterEvent(text) { expect(event.text, text) }
    case 2: if let event = RingEvent(text) { expect(event.text, text) }
    case 4:
      guard let message = try? PersonalMessage.read(input.rest.readableBytesView) else { return 0 }
      hold(PersonalMessage(payload: message.payload) == message, "\(text) is written as \(message.payload)")
    default:
      var words = WordReader(text)
      guard let news = Notice.News(&words), words.isAtEnd else { return 0 }
      var writer = WordWriter()
      news.write(to: &writer)
      // Of names and values another spelling is read too, but what is written is read as the same.
      var again = WordReader(writer.text)
      hold(Notice.News(&again) == news, "\(text) is written as \(writer.text)")
    }
    return 0
  }
}

private let key = SealKey(SymmetricKey(data: [UInt8](repeating: 7, count: 32)))

private func expect(_ written: String, _ text: String) {
  let same = ClusterEvent(written) == ClusterEvent(text) && RingEvent(written) == RingEvent(text)
  hold(same, "\(text) is written as \(written)")
}
