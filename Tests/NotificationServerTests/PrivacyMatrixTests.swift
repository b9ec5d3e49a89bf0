import Cluster
import MSNP
import NIOCore
import Roster
import TestKit
import Testing

@testable import NotificationServer

/// Who sees whom (contacts reference, section 7): every way to stand on somebody's lists, with either `BLP`, in every
/// status, for every dialect of both, against a statement of the rule that knows nothing of the server's.
@Suite("Privacy, cell by cell")
struct PrivacyMatrixTests {
  /// How the watcher stands on the subject's lists.
  enum Standing: CaseIterable { case stranger, allowed, blocked }

  /// What decides, beside the status.
  struct Situation: Hashable {
    var standing: Standing
    var strangersAreBlocked: Bool

    static let all = Standing.allCases.flatMap { standing in
      [false, true].map { Situation(standing: standing, strangersAreBlocked: $0) }
    }

    /// Rules 2 and 3.
    var admits: Bool {
      switch standing {
      case .blocked: false
      case .allowed: true
      case .stranger: !strangersAreBlocked
      }
    }

    /// The lists in the server's form; neighbours fill them, so that a search that is off by one shows.
    func privacy(about watcher: AccountID) -> Privacy {
      let others = AccountSet([AccountID(watcher.rawValue - 1), AccountID(watcher.rawValue + 1)])
      var privacy = Privacy(mode: strangersAreBlocked ? .block : .allow, allowed: others, blocked: others)
      if standing == .allowed { privacy.allowed.insert(watcher) }
      if standing == .blocked { privacy.blocked.insert(watcher) }
      return privacy
    }
  }

  static let spoken = Dialect.allCases.filter { $0 <= .msnp12 }
  static let statuses = ["NLN", "BSY", "IDL", "BRB", "AWY", "PHN", "LUN", "HDN", "FLN"]
  /// Rule 1.
  private static let hidden: Set = ["HDN", "FLN"]
  private static let watcher = AccountID(50)
  private static let object = "%3Cmsnobj%20Creator%3D%22alice%40example.com%22%20Size%3D%225%22%2F%3E"
  private static let text = "<Data><PSM>gone &amp; back</PSM><CurrentMedia></CurrentMedia></Data>"

  /// What alice's session announces who says all that her dialect can.
  private static func announced(
    _ dialect: Dialect, _ situation: Situation, _ status: String
  ) throws -> (record: PresenceRecord, look: DialectWriting.Look) {
    let writing = DialectWriting(dialect)
    let look = writing.look("alice", named: "Alice", status, object: object)
    var stage = try Stage.present(dialect)
    stage.session.me?.privacy = situation.privacy(about: watcher)
    if writing.hasPersonalMessages { _ = try stage.says("UUX 8 \(text.utf8.count)\r\n\(text)") }
    let step = try stage.says(writing.change(9, to: look))
    var presence: Presence?
    for case .announce(let announced, Stage.alice) in step.effects { presence = announced }
    return (Stage.record(Stage.alice, presence, stamp: 1), look)
  }

  /// What a watcher is told by `NLN` and `UBX`.
  private static func told(
    _ dialect: Dialect, _ list: inout WatchList, _ record: PresenceRecord
  ) throws -> String {
    let detail = PresenceDetail(dialect)
    let sight = list.look(at: record, as: watcher, showing: detail)
    var buffer = ByteBuffer()
    PresenceNews(record, handle: try Stage.handle("alice")).write(sight, showing: detail, to: &buffer)
    return String(buffer: buffer)
  }

  /// What it has to be told of somebody who comes into sight.
  private static func seen(_ watcher: Dialect, _ look: DialectWriting.Look, of subject: Dialect) -> String {
    let (writing, says) = (DialectWriting(watcher), DialectWriting(subject).hasPersonalMessages)
    let ubx = "UBX alice@example.com \(text.utf8.count)\r\n\(text)"
    return writing.now(look) + "\r\n" + (writing.hasPersonalMessages && says ? ubx : "")
  }

  @Test("somebody comes online", arguments: spoken)
  func comesOnline(subject: Dialect) throws {
    var cells = 0
    for situation in Situation.all {
      for status in Self.statuses {
        let (record, look) = try Self.announced(subject, situation, status)
        let isSeen = situation.admits && !Self.hidden.contains(status)
        for watcher in Self.spoken {
          for isContact in [true, false] {
            var list = WatchList(AccountSet(isContact ? [Stage.alice] : [Stage.bob]))
            let told = try Self.told(watcher, &list, record)
            let cell = "\(situation) \(status), watched in \(watcher.name), a contact: \(isContact)"
            #expect(told == (isSeen && isContact ? Self.seen(watcher, look, of: subject) : ""), "\(cell)")
            cells += 1
          }
        }
      }
    }
    #expect(cells == 6 * 9 * 11 * 2)
  }

  @Test("lists, BLP or status change while somebody watches", arguments: spoken)
  func changes(subject: Dialect) throws {
    var cells = 0
    let states = Situation.all.flatMap { situation in ["NLN", "AWY", "HDN"].map { (situation, $0) } }
    let announced = try states.map { try Self.announced(subject, $0.0, $0.1) }
    for (before, old) in zip(states, announced) {
      for (after, new) in zip(states, announced) {
        let wasSeen = before.0.admits && before.1 != "HDN"
        let isSeen = after.0.admits && after.1 != "HDN"
        var record = new.record
        record.stamp = 2
        record.faces = old.record.faces.followed(by: record.presence, after: old.record.presence, stamp: 2)
        for watcher in Self.spoken {
          var list = WatchList(AccountSet([Stage.alice]))
          _ = try Self.told(watcher, &list, old.record)
          let told = try Self.told(watcher, &list, record)
          let wanted =
            switch (wasSeen, isSeen) {
            case (false, false): ""
            case (true, false): "FLN alice@example.com\r\n"
            case (false, true): Self.seen(watcher, new.look, of: subject)
            case (true, true): before.1 == after.1 ? "" : DialectWriting(watcher).now(new.look) + "\r\n"
            }
          #expect(told == wanted, "from \(before) to \(after), watched in \(watcher.name)")
          cells += 1
        }
      }
    }
    #expect(cells == 18 * 18 * 11)
  }

  @Test("the rule that rings are judged by is the same", arguments: Situation.all)
  func rings(situation: Situation) {
    let privacy = situation.privacy(about: Self.watcher)
    #expect(privacy.admits(Self.watcher) == situation.admits)
    #expect(privacy.audience.admits(Self.watcher) == situation.admits)
  }
}
