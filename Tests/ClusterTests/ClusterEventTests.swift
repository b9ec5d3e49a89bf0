import MSNP
import Roster
import Testing

@testable import Cluster

@Suite("Events of the bus as words")
struct ClusterEventTests {
  private static let guid = GUID(high: 0xaaaa_aaaa_0000_0000, low: 1)
  private static func handle(_ name: String) throws -> UserHandle { try #require(UserHandle("\(name)@example.com")) }

  static func state(
    _ sequence: UInt64, _ status: Status?, name: String = "Alice",
    _ audience: Audience = .everyone(except: AccountSet()), _ capabilities: Capabilities = .none,
    _ object: String? = nil, _ personal: String? = nil
  ) throws -> SessionState {
    let presence = try status.map {
      Presence(
        account: AccountID(17), handle: try handle("alice"), name: try FriendlyName(name), status: $0,
        audience: audience, capabilities: capabilities,
        object: try object.map { try #require(MSNObject(argument: $0.utf8)) },
        personal: try personal.map { try #require(PersonalMessage(payload: $0)) })
    }
    return SessionState(
      account: AccountID(17), handle: try handle("alice"), mark: SessionMark(generation: 90312, sequence: sequence),
      presence: presence)
  }

  private static func notice(_ news: Notice.News) -> Notice {
    Notice(account: AccountID(17), version: ListVersion(258), news: news)
  }

  static let events: [(String, @Sendable () throws -> ClusterEvent)] = [
    (
      "P 17 90312 4 alice@example.com NLN Alice E 12,13",
      { .presence(try state(4, .online, .everyone(except: AccountSet([AccountID(13), AccountID(12)])))) }
    ),
    ("P 17 90312 4 alice@example.com BSY Alice E -", { .presence(try state(4, .busy)) }),
    ("P 17 90312 4 alice@example.com AWY Alice O -", { .presence(try state(4, .away, .only(AccountSet()))) }),
    (
      "P 17 90312 4 alice@example.com PHN Alice O 2",
      { .presence(try state(4, .onThePhone, .only(AccountSet([AccountID(2)])))) }
    ),
    ("P 17 90312 5 alice@example.com -", { .presence(try state(5, nil)) }),
    (
      "P 17 90312 1 alice@example.com LUN %F0%9F%90%88%20100%25%20-%20E E -",
      { .presence(try state(1, .outToLunch, name: "🐈 100% - E")) }
    ),
    ("P 17 90312 1 alice@example.com IDL - E -", { .presence(try state(1, .idle, name: "-")) }),
    (
      "P 17 90312 6 alice@example.com NLN Alice E - 1342554172 0 0",
      { .presence(try state(6, .online, .everyone(except: AccountSet()), 1_342_554_172)) }
    ),
    (
      "P 17 90312 7 alice@example.com NLN Alice E 12 4294967295 %3Cmsnobj%2F%3E "
        + "%3CData%3E%3CPSM%3Egone%20%26amp;%20b%C3%A4ck%3C/PSM%3E%3CCurrentMedia%3E%3C/CurrentMedia%3E%3C/Data%3E",
      {
        .presence(
          try state(
            7, .online, .everyone(except: AccountSet([AccountID(12)])), 4_294_967_295, "%3Cmsnobj%2F%3E",
            "<Data><PSM>gone &amp; bäck</PSM><CurrentMedia></CurrentMedia></Data>"))
      }
    ),
    (
      "P 17 90312 8 alice@example.com NLN Alice E - 0 - 0",
      { .presence(try state(8, .online, .everyone(except: AccountSet()), .none, "-")) }
    ),
    ("L 17", { .look(AccountID(17)) }),
    ("M 5", { .maintenance(minutes: 5) }),
    (
      "N 17 258 RA bob@example.com Bob",
      { .notices([notice(.reverseAdded(try handle("bob"), try FriendlyName("Bob")))]) }
    ),
    (
      "N 17 258 LR 2 4 bob@example.com aaaaaaaa-0000-0000-0000-000000000001 LA BL 4 bob@example.com Bob aaaaaaaa-0000-0000-0000-000000000001 "
        + "PR bob@example.com PHH 0 NM A%20B",
      {
        .notices([
          notice(.unlisted(.allow, AccountID(4), try handle("bob"), guid)),
          notice(.listed(.block, AccountID(4), try handle("bob"), try FriendlyName("Bob"), guid)),
          notice(.properties(try handle("bob"), [.homePhone], .blank)), notice(.renamed(try FriendlyName("A B"))),
        ])
      }
    ),
    ("O 17 90312 5", { .over(AccountID(17), generation: 90312, answer: 5) }),
    ("E 5", { .ended(5) }), ("E 18446744073709551615", { .ended(.max) }),
    ("A - 5 Back%20at%20six. -", { .alert(try Alert(number: 5, text: "Back at six."), to: nil) }),
    (
      "A 17 6 Ready http://example.org/",
      { .alert(try Alert(number: 6, text: "Ready", page: "http://example.org/"), to: AccountID(17)) }
    ),
    ("X 17 90312", { .signOut(AccountID(17), generation: 90312) }), ("R 17", { .removed(AccountID(17)) }),
    ("R -17", { .removed(AccountID(-17)) }),
    (
      "F alice@example.com 192.0.2.7",
      { .signIn(try handle("alice"), address: "192.0.2.7", failed: true) }
    ),
    ("S alice@example.com -", { .signIn(try handle("alice"), address: nil, failed: false) }),
    ("F alice@example.com -", { .signIn(try handle("alice"), address: nil, failed: true) }),
    (
      "S alice@example.com 2001:db8:1:2",
      { .signIn(try handle("alice"), address: "2001:db8:1:2", failed: false) }
    ),
  ]

  @Test("each kind has its text and comes back from it", arguments: events.indices)
  func roundTrip(index: Int) throws {
    let (text, make) = Self.events[index]
    let event = try make()
    #expect(event.text == text)
    #expect(ClusterEvent(text) == event)
  }

  @Test("an audience of thousands comes back; that it fits no payload is the sender's to see")
  func largeAudience() throws {
    let many = AccountSet((1...2_000).map { AccountID($0 * 1_000) })
    let event = ClusterEvent.presence(try Self.state(4, .online, .everyone(except: many)))
    #expect(event.text.utf8.count > BusPayload.maximumBytes)
    #expect(ClusterEvent(event.text) == event)
  }

  @Test("a picture of the longest description and a message of the longest text come back, and fit no payload")
  func longestLooks() throws {
    let object = "%3Cmsnobj" + String(repeating: "x", count: MSNObject.maximumLength - 9)
    let text = "<Data><PSM></PSM><CurrentMedia></CurrentMedia></Data>"
    let personal = "<Data><PSM>\(String(repeating: "x", count: PersonalMessage.maximumLength - text.utf8.count))"
    let event = ClusterEvent.presence(
      try Self.state(
        4, .online, .everyone(except: AccountSet()), 24, object,
        personal + "</PSM><CurrentMedia></CurrentMedia></Data>"))
    #expect(event.text.utf8.count > BusPayload.maximumBytes)
    #expect(ClusterEvent(event.text) == event)
  }

  @Test("what others wrote before it does not matter: a part of a longer text is read as well")
  func substring() {
    let text = "L 17\nE 5"
    #expect(text.split(separator: "\n").map { ClusterEvent($0) } == [.look(AccountID(17)), .ended(5)])
  }

  @Test(
    "what nobody writes is nothing",
    arguments: [
      "", " ", "P", "L", "L ", "L x", "L 17 ", "L 17 18", " L 17", "l 17", "L +17", "L 017", "L 9223372036854775808",
      "P 17 90312 4 alice@example.com", "P 17 90312 4 alice@example.com - x", "P 17 -1 4 alice@example.com -",
      "P 17 90312 4 alice -", "P 17 90312 4 alice@example.com HDN Alice E -",
      "P 17 90312 4 alice@example.com FLN Alice E -", "P 17 90312 4 alice@example.com XXX Alice E -",
      "P 17 90312 4 alice@example.com NLN Alice", "P 17 90312 4 alice@example.com NLN Alice E",
      "P 17 90312 4 alice@example.com NLN Alice X 1", "P 17 90312 4 alice@example.com NLN Alice E 1,",
      "P 17 90312 4 alice@example.com NLN Alice E 1 2",
      "P 17 90312 4 alice@example.com NLN Alice E 1 0 0 0", "P 17 90312 4 alice@example.com NLN Alice E 1 24 0",
      "P 17 90312 4 alice@example.com NLN Alice E 1 24 0 0 0", "P 17 90312 4 alice@example.com NLN Alice E 1 -1 0 0",
      "P 17 90312 4 alice@example.com NLN Alice E 1 4294967296 0 0",
      "P 17 90312 4 alice@example.com NLN Alice E 1 24 \u{e4} 0",
      "P 17 90312 4 alice@example.com NLN Alice E 1 24 0 %3CData/%3E",
      "P 17 90312 4 alice@example.com NLN Alice E 1 24 0 %3CDOCTYPE%3E", "P 17 90312 4 alice@example.com NLN A%0Ab E -",
      "P 17 90312 4 alice@example.com NLN  E -", "N 17 258", "N 17 258 ", "N 17 RA bob@example.com Bob",
      "N 17 258 RA bob@example.com Bob x", "N 17 4294967296 RR bob@example.com", "O 17 90312", "O 17 90312 x",
      "O 17 90312 5 6", "E", "E -1", "E 18446744073709551616", "X 17", "X 17 90312 5", "R", "R 17 18", "F",
      "F alice@example.com", "F alice 192.0.2.7", "S alice@example.com 192.0.2.7 x", "Q 17",
    ])
  func malformed(text: String) { #expect(ClusterEvent(text) == nil) }
}
