import MSNP
import Roster

@testable import NotificationServer

/// A status change told to many who watch, every dialect group among them: written once, and once more into each
/// watcher's turn.
enum FanningOut {
  private static let changes = 20
  private static let dialects: [Dialect] = [.msnp2, .msnp7, .msnp8, .msnp9, .msnp11, .msnp12]

  static func prepared(watchers count: Int) throws -> () -> Void {
    let town = try Town()
    guard let handle = UserHandle("person1@example.com") else { throw CountFailure("no handle") }
    var watchers = (0..<count).map { number in
      var stage = MachineStage(town, connection: UInt64(number))
      let dialect = dialects[number % dialects.count]
      for line in SigningIn.lines(dialect, town.handle) { stage.receive(line) }
      return stage
    }
    var stamp: UInt64 = 1
    return {
      let before = watchers.reduce(0) { $0 + $1.written }
      for change in 0..<changes {
        stamp += 1
        let news = PresenceNews(
          Town.record(AccountID(1), handle, change % 2 == 0 ? .busy : .online, stamp: stamp), handle: handle)
        for index in watchers.indices { watchers[index].deliver(.presence(news)) }
      }
      let bytes = watchers.reduce(0) { $0 + $1.written } - before
      precondition(bytes > count * changes * 20, "the watchers were told \(bytes) bytes")
    }
  }
}
