import MSNP
import Roster
import Testing

@Suite("News as words")
struct NoticeWordsTests {
  private static let guid = GUID(high: 0xaaaa_aaaa_0000_0000, low: 1)
  private static func handle(_ name: String) throws -> UserHandle { try #require(UserHandle("\(name)@example.com")) }

  private func text(_ news: Notice.News) -> String {
    var words = WordWriter()
    news.write(to: &words)
    return words.text
  }

  private func read(_ text: String) -> Notice.News? {
    var words = WordReader(text)
    guard let news = Notice.News(&words), words.isAtEnd else { return nil }
    return news
  }

  static let news: [(String, @Sendable () throws -> Notice.News)] = [
    ("RA alice@example.com Alice", { .reverseAdded(try handle("alice"), try FriendlyName("Alice")) }),
    ("RR alice@example.com", { .reverseRemoved(try handle("alice")) }),
    (
      "LA FL 17 bob@example.com Bob aaaaaaaa-0000-0000-0000-000000000001",
      { .listed(.forward, AccountID(17), try handle("bob"), try FriendlyName("Bob"), guid) }
    ),
    (
      "LA AL 17 bob@example.com Bob aaaaaaaa-0000-0000-0000-000000000001",
      { .listed(.allow, AccountID(17), try handle("bob"), try FriendlyName("Bob"), guid) }
    ),
    (
      "LA BL 17 bob@example.com Bob aaaaaaaa-0000-0000-0000-000000000001",
      { .listed(.block, AccountID(17), try handle("bob"), try FriendlyName("Bob"), guid) }
    ),
    (
      "LA RL 17 bob@example.com Bob aaaaaaaa-0000-0000-0000-000000000001",
      { .listed(.reverse, AccountID(17), try handle("bob"), try FriendlyName("Bob"), guid) }
    ),
    (
      "LR 3 17 bob@example.com aaaaaaaa-0000-0000-0000-000000000001",
      { .unlisted([.forward, .allow], AccountID(17), try handle("bob"), guid) }
    ),
    (
      "PR bob@example.com PHH,PHW 2 MOB Y PHH 1%20555",
      {
        .properties(
          try handle("bob"), [.homePhone, .workPhone],
          ContactProperties([.homePhone: "1 555", .mobileAllowed: "Y"]))
      }
    ),
    ("PR bob@example.com PHW 0", { .properties(try handle("bob"), [.workPhone], .blank) }),
    // An empty value is the last word of its line.
    ("PR bob@example.com  1 PHH ", { .properties(try handle("bob"), [], ContactProperties([.homePhone: ""])) }),
    ("NM Alice", { .renamed(try FriendlyName("Alice")) }),
  ]

  @Test("each kind has its text and comes back from it", arguments: news.indices)
  func roundTrip(index: Int) throws {
    let (expected, make) = Self.news[index]
    let news = try make()
    #expect(text(news) == expected)
    #expect(read(expected) == news)
  }

  @Test(
    "no name can bring a blank, a line end or another word",
    arguments: [
      ("A b", "A%20b"), ("100%", "100%25"), ("%20", "%2520"), ("-", "-"), ("NM", "NM"), (" ", "%20"),
      ("🐈", "%F0%9F%90%88"), ("e\u{301}", "e%CC%81"), ("日本", "%E6%97%A5%E6%9C%AC"), ("\u{2028}", "%E2%80%A8"),
    ])
  func names(name: String, encoded: String) throws {
    let news = Notice.News.renamed(try FriendlyName(name))
    #expect(text(news) == "NM \(encoded)")
    #expect(read("NM \(encoded)") == news)
  }

  @Test(
    "what nobody writes is nothing",
    arguments: [
      "", " ", "RA", "RA alice@example.com", "RA alice Alice", "RA alice@example.com Alice x", "RA  Alice", "rr a@b.c",
      "RR alice@example.com ", " RR alice@example.com", "LA XL 17 bob@example.com Bob", "LA FL x bob@example.com Bob",
      "LA FL 17 bob@example.com aaaaaaaa-0000-0000-0000-000000000001", "LA FL 17 bob@example.com Bob",
      "LR 3 17 bob@example.com",
      "LR 3 17 bob@example.com AAAAAAAA-0000-0000-0000-000000000001",
      "LR 256 17 bob@example.com aaaaaaaa-0000-0000-0000-000000000001",
      "LR -1 17 bob@example.com aaaaaaaa-0000-0000-0000-000000000001",
      "LR +3 17 bob@example.com aaaaaaaa-0000-0000-0000-000000000001",
      "LR 3 017 bob@example.com aaaaaaaa-0000-0000-0000-000000000001", "PR bob@example.com PHH 1",
      "PR bob@example.com PHH 1 PHH", "PR bob@example.com PHH",
      "PR bob@example.com PHH 1 XXX 5", "PR bob@example.com PHH 6 PHH 5", "PR bob@example.com PHH 1 PHH %2", "NM",
      "NM ", "NM %0A", "NM %0a", "NM %C3", "NM %", "NM Alice\u{7f}", "NM Alice Bob", "ZZ 1",
    ])
  func malformed(text: String) { #expect(read(text) == nil) }

  @Test("a count below zero reads nothing and breaks nothing")
  func negativeCount() { #expect(read("PR bob@example.com PHH -1") == nil) }
}

@Suite("Words")
struct WordsTests {
  @Test("words come out as they went in, empty ones too")
  func words() {
    var writer = WordWriter()
    for word in ["a", "", "b", ""] { writer.add(word) }
    #expect(writer.text == "a  b ")
    var reader = WordReader(writer.text)
    for word in ["a", "", "b", ""] {
      #expect(!reader.isAtEnd)
      let read = reader.word()
      #expect(read.map { String($0) } == word)
    }
    #expect(reader.isAtEnd)
    let beyond = reader.word()
    #expect(beyond == nil)
  }

  @Test(
    "sets of accounts",
    arguments: [([], "-"), ([5], "5"), ([9, 3, 3], "3,9"), ([Int64.max, Int64.min], "\(Int64.min),\(Int64.max)")])
  func accounts(numbers: [Int64], text: String) {
    let set = AccountSet(numbers.map { AccountID($0) })
    var writer = WordWriter()
    writer.add(set)
    #expect(writer.text == text)
    var reader = WordReader(text)
    let read = reader.accounts()
    #expect(read == set)
  }

  @Test(
    "what is no set of accounts", arguments: ["", ",", "1,", ",1", "1,,2", "1,x", "-,1", "+1", "01", "1;2", "1,2,-"])
  func malformedAccounts(text: String) {
    var reader = WordReader("\(text) x")
    let read = reader.accounts()
    #expect(read == nil)
  }
}
