import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit
import Testing

@testable import NotificationServer

@Suite("Presence in each dialect")
struct PresenceDialectTests {
  static let object = "%3Cmsnobj%20Creator%3D%22bob%40example.com%22%20Size%3D%225%22%2F%3E"
  static let text = "<Data><PSM>gone &amp; back</PSM><CurrentMedia></CurrentMedia></Data>"
  static let ubx = "UBX bob@example.com 68\r\n\(text)"
  static let spoken = Dialect.allCases.filter { $0 <= .msnp12 }

  private static func bob(
    _ status: Status = .online, _ capabilities: Capabilities = 24, _ object: String? = object,
    _ personal: String? = text, audience: Audience = .everyone(except: AccountSet())
  ) throws -> Presence {
    try Stage.presence(
      Stage.bob, "bob", status, audience: audience, capabilities: capabilities,
      object: try object.map { try #require(MSNObject(argument: $0.utf8)) },
      personal: try personal.map { try #require(PersonalMessage(payload: $0)) })
  }

  /// The states as the board would number them.
  private static func records(_ states: [Presence?]) -> [PresenceRecord] {
    var records: [PresenceRecord] = []
    for (index, presence) in states.enumerated() {
      let stamp = UInt64(index + 1)
      let faces = records.last.map { $0.faces.followed(by: presence, after: $0.presence, stamp: stamp) }
      records.append(
        PresenceRecord(
          account: Stage.bob, presence: presence, stamp: stamp, faces: faces ?? PresenceFaces(stamp)))
    }
    return records
  }

  /// What stands behind the name of bob.
  private static func tail(_ dialect: Dialect, _ capabilities: String = "24", _ object: String? = object) -> String {
    if dialect <= .msnp7 { return "" }
    return dialect == .msnp8 ? " \(capabilities)" : " \(capabilities)\(object.map { " " + $0 } ?? "")"
  }

  @Test("the first CHG is answered with all of it, and ILN shows as much as the dialect has", arguments: spoken)
  func firstStatus(dialect: Dialect) throws {
    var stage = try Stage.present(dialect)
    let asked = "CHG 9 NLN\(Self.tail(dialect, "268435500", Self.object))"
    let step = try stage.says(asked)
    #expect(step.lines == asked + "\r\n")
    guard case .announce(let presence?, Stage.alice) = step.effects.first else {
      Issue.record("nothing was announced")
      return
    }
    #expect(presence.capabilities == (dialect <= .msnp7 ? .none : 268_435_500))
    #expect(presence.object?.text == (dialect <= .msnp8 ? nil : Self.object))
    let told = stage.hears(.answer(.watched(Self.records([try Self.bob()])))).lines
    let saying = dialect >= .msnp11 ? Self.ubx : ""
    #expect(told == "ILN 9 NLN bob@example.com Bob\(Self.tail(dialect))\r\n" + saying)
  }

  @Test("a sender without capabilities has 0, and no object is no argument", arguments: spoken)
  func bareSender(dialect: Dialect) throws {
    var stage = try Stage.present(dialect)
    _ = try stage.says("CHG 9 NLN 24")
    let records = Self.records([try Self.bob(.online, .none, nil, nil)])
    let tail = Self.tail(dialect, "0", nil)
    #expect(stage.hears(.answer(.watched(records))).lines == "ILN 9 NLN bob@example.com Bob\(tail)\r\n")
  }

  @Test("whoever is told of a change is told in the form of its dialect, and only if it shows", arguments: spoken)
  func changes(dialect: Dialect) throws {
    var stage = try Stage.present(dialect)
    _ = try stage.says("CHG 9 NLN 24")
    _ = stage.hears(.answer(.watched([])))
    let blocked = Audience.everyone(except: AccountSet([Stage.alice]))
    let records = Self.records([
      try Self.bob(), try Self.bob(.busy), try Self.bob(.busy, 25), try Self.bob(.busy, 25, nil),
      try Self.bob(.busy, 25, nil, nil), try Self.bob(.busy, 25, nil), try Self.bob(.away, 25, Self.object, nil),
      nil, try Self.bob(), try Self.bob(audience: blocked), try Self.bob(.idle, 26, nil, nil, audience: blocked),
      try Self.bob(.online, 24, nil, nil),
    ])
    let line = "NLN NLN bob@example.com Bob\(Self.tail(dialect))\r\n"
    let busy = "NLN BSY bob@example.com Bob"
    let (hasCapabilities, hasObject, hears) = (dialect >= .msnp8, dialect >= .msnp9, dialect >= .msnp11)
    let (ubx, taken) = (hears ? Self.ubx : "", hears ? "UBX bob@example.com 0\r\n" : "")
    let expected = [
      line + ubx, busy + Self.tail(dialect) + "\r\n",
      hasCapabilities ? busy + Self.tail(dialect, "25") + "\r\n" : "",
      hasObject ? busy + " 25\r\n" : "", taken, ubx,
      "NLN AWY bob@example.com Bob\(Self.tail(dialect, "25"))\r\n" + taken,
      "FLN bob@example.com\r\n", line + ubx, "FLN bob@example.com\r\n", "",
      "NLN NLN bob@example.com Bob\(Self.tail(dialect, "24", nil))\r\n",
    ]
    for (record, expected) in zip(records, expected) { #expect(try stage.sees(record, "bob") == expected) }
  }

  @Test("a CHG without capabilities is ignored from MSNP8", arguments: spoken)
  func withoutCapabilities(dialect: Dialect) throws {
    var stage = try Stage.present(dialect)
    let step = try stage.says("CHG 9 NLN")
    let isIgnored = dialect >= .msnp8
    #expect(step.lines == (isIgnored ? "" : "CHG 9 NLN\r\n"))
    #expect(step.effects.isEmpty == isIgnored)
    #expect(step.ending == nil)
    #expect((stage.session.me?.status == nil) == isIgnored)
  }

  @Test("a later CHG takes the object back, `0` as much as none", arguments: ["", " 0"])
  func objectTakenBack(argument: String) throws {
    var stage = try Stage.present(.msnp9)
    _ = try stage.says("CHG 9 NLN 24 \(Self.object)")
    _ = stage.hears(.answer(.watched([])))
    let step = try stage.says("CHG 10 NLN 24\(argument)")
    #expect(step.lines == "CHG 10 NLN 24\(argument)\r\n")
    guard case .announce(let presence?, _) = step.effects.first else {
      Issue.record("nothing was announced")
      return
    }
    #expect(presence.object == nil)
  }

  @Test("surplus arguments are neither echoed nor kept, as Twisted counts them")
  func surplus() throws {
    var stage = try Stage.present(.msnp8)
    #expect(try stage.says("CHG 9 NLN 24 \(Self.object)").lines == "CHG 9 NLN 24\r\n")
    #expect(stage.session.me?.object == nil)
    var older = try Stage.present(.msnp7)
    #expect(try older.says("CHG 9 NLN 24").lines == "CHG 9 NLN\r\n")
    #expect(older.session.me?.capabilities == Capabilities.none)
  }

  @Test(
    "what is no number or no object closes",
    arguments: [
      "CHG 9 NLN x", "CHG 9 NLN -1", "CHG 9 NLN 4294967296", "CHG 9 NLN 1:2", "CHG 9 NLN 24 a\u{1}b",
      "CHG 9 NLN 24 gr\u{fc}n", "CHG 9 nln 24",
    ])
  func malformed(text: String) throws {
    var stage = try Stage.present(.msnp9)
    let step = try stage.says(text)
    #expect(step.lines.isEmpty && step.effects.isEmpty)
    guard case .violation = step.ending else {
      Issue.record("still there")
      return
    }
  }

  @Test("a description of 4 KiB is taken, a longer one closes")
  func objectLimit() throws {
    var stage = try Stage.present(.msnp9)
    let longest = String(repeating: "x", count: MSNObject.maximumLength)
    #expect(try stage.says("CHG 9 NLN 24 \(longest)").lines == "CHG 9 NLN 24 \(longest)\r\n")
    _ = stage.hears(.answer(.watched([])))
    #expect(try stage.says("CHG 10 NLN 24 \(longest)x").ending != nil)
  }
}
