import Foundation
import MSNP
import NIOCore
import Roster
import Store
import TestKit
import Testing

@testable import WebServices

/// Message histories, and what people take with them.
struct HistoryPagesTests {
  /// Messages of a conversation, a second apart.
  private static func messages(
    _ texts: [String], in conversation: GUID, at start: Int64, from sender: String, named name: String = "Bob",
    among people: [(String, AccountID)]
  ) throws -> [RelayedMessage] {
    let people = try people.map { who, account in
      RelayedMessage.Person(account: account, handle: try #require(UserHandle("\(who)@example.com")))
    }
    return try texts.enumerated().map { number, text in
      RelayedMessage(
        conversation: conversation, number: number + 1, time: (start + Int64(number)) * 1000,
        sender: try #require(UserHandle("\(sender)@example.com")), senderName: try FriendlyName(name), text: text,
        people: people)
    }
  }

  @Test func theSwitchIsOffUntilItIsPressed() async throws {
    try await withPages(PageSettings(historyDays: 30)) { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        #expect(alice.page.text.contains("for 30 days"))
        #expect(alice.page.text.contains("The clients of the others are not asked"))
        try alice.submit("/account/keep-history", button: "Switch it on")
        #expect(
          alice.page.all("p", class: "notice")
            == ["From now on messages of your conversations are kept for you, for 30 days."])
      }
      #expect(try await stage.member("alice")?.keepsHistory == true)
      try await onThread {
        let alice = try stage.signedIn("alice")
        try alice.submit("/account/keep-history", button: "Switch it off")
        #expect(alice.path == "/account?done=history-off")
      }
      #expect(try await stage.member("alice")?.keepsHistory == false)
    }
  }

  @Test func whereNothingIsKeptTheSwitchIsNotOffered() async throws {
    try await withPages(PageSettings(historyDays: 0)) { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        #expect(alice.page.text.contains("This service keeps no messages."))
        #expect(!alice.page.forms.contains { $0.action == "/account/keep-history" })
        let token = try #require(alice.page.forms.first?.fields.first { $0.name == "token" }?.value)
        try alice.post("/account/keep-history", [("token", token), ("keep", "yes")])
      }
      #expect(try await stage.member("alice")?.keepsHistory == false)
    }
  }

  @Test func conversationsAreListedReadAndDeleted() async throws {
    try await withPages { stage in
      let (alice, bob) = (try await stage.account("alice"), try await stage.account("bob"))
      _ = try await stage.store.setKeepsHistory(of: alice, true)
      let (first, second) = (GUID.random(), GUID.random())
      let hostile = "<script>alert(1)</script>\r\nsecond \"line\""
      try await stage.keep(
        HistoryPagesTests.messages(
          ["hello", hostile], in: first, at: stage.now - 7200, from: "bob", named: "\"\u{301}><b>",
          among: [("alice", alice), ("bob", bob)]))
      try await stage.keep(
        HistoryPagesTests.messages(["later"], in: second, at: stage.now - 60, from: "alice", among: [("alice", alice)]))
      try await onThread {
        let visitor = try stage.signedIn("alice")
        try visitor.open("/account/history")
        #expect(
          visitor.page.all("td") == [
            "2027-01-15 07:59", "alice@example.com", "1", "2027-01-15 06:00", "bob@example.com", "2",
          ])
        try visitor.open("/account/history?conversation=\(first)")
        #expect(visitor.page.text.contains("With bob@example.com, from 2027-01-15 06:00 (UTC)."))
        #expect(
          visitor.page.all("td") == [
            "06:00:00", "hello", "06:00:01", "<script>alert(1)</script>second \"line\"",
          ])
        #expect(visitor.page.all("th") == ["\"\u{301}><b>", "\"\u{301}><b>"])
        #expect(!visitor.answer.text.contains("<script") && !visitor.answer.text.contains("<b>"))
        // Nobody else reads it.
        let other = try stage.signedIn("bob")
        let answer = try other.ask("GET", "/account/history?conversation=\(first)")
        #expect(answer.statusLine == "HTTP/1.1 404 Not Found")
        try visitor.submit("/account/history", button: "Delete this conversation")
        #expect(visitor.page.all("p", class: "notice") == ["2 messages are deleted."])
        #expect(visitor.page.all("td") == ["2027-01-15 07:59", "alice@example.com", "1"])
        try visitor.submit("/account/history", button: "Delete it all")
        #expect(visitor.page.problems == ["Tick the box if you mean it: nobody can bring the messages back."])
        try visitor.submit(
          "/account/history", ["Yes, delete my whole message history": "on"], button: "Delete it all")
        #expect(visitor.page.all("p", class: "notice") == ["1 message is deleted."])
        #expect(visitor.page.all("td").isEmpty)
      }
    }
  }

  @Test func longListsAndLongConversationsHavePages() async throws {
    try await withPages { stage in
      let alice = try await stage.account("alice")
      _ = try await stage.store.setKeepsHistory(of: alice, true)
      let long = GUID.random()
      try await stage.keep(
        HistoryPagesTests.messages(
          (1...450).map { "text \($0)" }, in: long, at: stage.now - 50_000, from: "alice", among: [("alice", alice)]))
      for number in 1...119 {
        try await stage.keep(
          HistoryPagesTests.messages(
            ["short"], in: .random(), at: stage.now - 40_000 + Int64(number), from: "alice", among: [("alice", alice)]))
      }
      try await onThread {
        let visitor = try stage.signedIn("alice")
        func walk(_ first: String, _ next: String) throws -> [Int] {
          try visitor.open(first)
          var rows = [visitor.page.all("tr").count]
          while let link = visitor.page.links.first(where: { $0.text == next }) {
            try visitor.open(link.target)
            rows.append(visitor.page.all("tr").count)
          }
          return rows
        }
        let list = try walk("/account/history", "Older conversations")
        #expect(list == [50, 50, 20])
        #expect(visitor.page.all("td").last == "450")
        let messages = try walk("/account/history?conversation=\(long)", "Go on")
        #expect(messages == [200, 200, 50])
        #expect(visitor.page.all("td").last == "text 450")
      }
    }
  }

  @Test func whatIsPastItsTimeIsNotShown() async throws {
    try await withPages(PageSettings(historyDays: 1)) { stage in
      let alice = try await stage.account("alice")
      _ = try await stage.store.setKeepsHistory(of: alice, true)
      let conversation = GUID.random()
      try await stage.keep(
        HistoryPagesTests.messages(
          ["old", "new"], in: conversation, at: stage.now - 86_401, from: "alice", among: [("alice", alice)]))
      try await onThread {
        let visitor = try stage.signedIn("alice")
        try visitor.open("/account/history?conversation=\(conversation)")
        #expect(visitor.page.all("td").last == "new")
        #expect(visitor.page.all("tr").count == 1)
        stage.wait(2)
        try visitor.open("/account/history?conversation=\(conversation)")
        #expect(visitor.answer.statusLine == "HTTP/1.1 404 Not Found")
      }
    }
  }

  @Test(arguments: ["x", "", "11111111-2222-3333-4444-555555555501", "%00", "../../etc/passwd"])
  func aConversationThatIsNotThereIsSaid(_ text: String) async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let answer = try stage.signedIn("alice").ask("GET", "/account/history?conversation=\(text)")
        #expect(answer.statusLine == "HTTP/1.1 404 Not Found")
      }
    }
  }

  // MARK: Taking it away

  @Test func everythingThatIsKeptIsInOneFile() async throws {
    try await withPages { stage in
      let (alice, bob) = (try await stage.account("alice", name: "Alice \"A\""), try await stage.account("bob"))
      try await stage.change(alice, .addGroup("Friends"))
      try await stage.change(
        alice, .add(.forward, try stage.handle("bob"), try FriendlyName("Bobby"), group: GroupNumber(1)))
      try await stage.change(alice, .setProperty(.homePhone, "555 0100"))
      var profile = MemberProfile()
      profile.city = "Oxford"
      _ = try await stage.store.setProfile(of: alice, to: profile)
      _ = try await stage.store.setPicture(of: alice, to: MemberPicture(type: "image/gif", bytes: [1, 2, 3]))
      _ = try await stage.store.setKeepsHistory(of: alice, true)
      let texts = (1...1203).map { "text \($0)" }
      try await stage.keep(
        HistoryPagesTests.messages(
          texts, in: .random(), at: stage.now - 5000, from: "bob", among: [("alice", alice), ("bob", bob)]))
      let answer = try await onThread {
        let visitor = try stage.signedIn("alice")
        try visitor.open("/account/export")
        try visitor.submit("/account/export")
        return visitor.answer
      }
      #expect(answer.statusLine == "HTTP/1.1 200 OK")
      #expect(answer["Content-Type"] == "application/json")
      #expect(answer["Content-Disposition"] == "attachment; filename=\"account.json\"")
      #expect(answer["Cache-Control"] == "no-store")
      let file = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
      #expect(Set(file.keys) == ["about", "account", "profile", "picture", "lists", "history", "continues"])
      #expect(file["continues"] is NSNull)
      let account = try #require(file["account"] as? [String: Any])
      #expect(account["email"] as? String == "alice@example.com")
      #expect(account["displayName"] as? String == "Alice \"A\"")
      #expect((file["profile"] as? [String: Any])?["city"] as? String == "Oxford")
      #expect(file["picture"] as? [String: String] == ["type": "image/gif", "base64": "AQID"])
      let lists = try #require(file["lists"] as? [String: Any])
      #expect(lists["groups"] as? [String] == ["Friends"])
      #expect((lists["properties"] as? [String: String])?["PHH"] == "555 0100")
      let contact = try #require((lists["contacts"] as? [[String: Any]])?.first)
      #expect(contact["email"] as? String == "bob@example.com")
      #expect(contact["name"] as? String == "Bobby")
      #expect(contact["lists"] as? [String] == ["FL"])
      #expect(contact["groups"] as? [String] == ["Friends"])
      let history = try #require(file["history"] as? [[String: Any]])
      #expect(history.compactMap { $0["text"] as? String } == texts)
      #expect(history.first?["people"] as? [String] == ["alice@example.com", "bob@example.com"])
      #expect(!answer.text.contains("scrypt"))
    }
  }

  /// A history that is longer than a file goes on in the next, message for message.
  @Test func aLongHistoryComesInSeveralFiles() async throws {
    let owner = try #require(UserHandle("alice@example.com"))
    let member = MemberRecord(account: AccountID(1), handle: owner, name: FriendlyName(owner))
    let conversation = GUID.random()
    let all = (1...100).map { number in
      KeptMessage(
        conversation: conversation, number: number, time: Int64(number), sender: owner, senderName: member.name,
        text: String(repeating: "x", count: 100), people: [owner])
    }
    var place: ExportPlace?
    var found: [Int] = []
    var files = 0
    repeat {
      var file = try ExportFile(
        ExportFile.Contents(member, picture: nil, roster: nil, settings: PageSettings(), now: 1_800_000_000),
        limit: 10_000)
      var rest = all.filter { $0.number > place?.number ?? 0 }[...]
      var last: KeptMessage?
      while let message = rest.first, try file.add(message) { last = rest.removeFirst() }
      file.end(continuesAfter: rest.isEmpty ? nil : last)
      #expect(file.bytes.readableBytes < 11_000)
      let document = try #require(
        try JSONSerialization.jsonObject(with: Data(file.bytes.readableBytesView)) as? [String: Any])
      found += (document["history"] as? [[String: Any]] ?? []).compactMap { $0["number"] as? Int }
      place = (document["continues"] as? String).flatMap { ExportPlace($0) }
      files += 1
    } while place != nil && files < 20
    #expect(found == Array(1...100))
    #expect(files > 1)
  }

  @Test func aFileGoesOnWhereAnotherEnded() async throws {
    try await withPages { stage in
      let alice = try await stage.account("alice")
      _ = try await stage.store.setKeepsHistory(of: alice, true)
      let conversation = GUID.random()
      try await stage.keep(
        HistoryPagesTests.messages(
          ["one", "two", "three"], in: conversation, at: stage.now - 100, from: "alice", among: [("alice", alice)]))
      let place = "\((stage.now - 100) * 1000).\(conversation).1"
      try await onThread {
        let visitor = try stage.signedIn("alice")
        try visitor.open("/account/export")
        try visitor.submit("/account/export", ["Continue a file": "nonsense"])
        #expect(visitor.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
        #expect(
          visitor.page.problems
            == ["That is not what stands behind 'continues' at the end of a file: copy all of it."])
        try visitor.submit("/account/export", ["Continue a file": place])
        #expect(visitor.answer.text.contains("\"text\":\"two\"") && visitor.answer.text.contains("\"text\":\"three\""))
        #expect(!visitor.answer.text.contains("\"text\":\"one\""))
      }
    }
  }
}

/// What is past its time goes, and nothing else.
struct PageSweeperTests {
  @Test func messagesAndSessionsPastTheirTimeAreDeleted() async throws {
    try await withPages(PageSettings(historyDays: 2)) { stage in
      let alice = try await stage.account("alice")
      _ = try await stage.store.setKeepsHistory(of: alice, true)
      let owner = try stage.handle("alice")
      let old = stage.now - 2 * 86_400
      let messages = (0..<2500).map { number in
        RelayedMessage(
          conversation: GUID(high: 1, low: 2), number: number, time: (old - 2400 + Int64(number)) * 1000, sender: owner,
          senderName: FriendlyName(owner), text: "\(number)",
          people: [RelayedMessage.Person(account: alice, handle: owner)])
      }
      try await stage.keep(messages)
      let session = Array(repeating: UInt8(9), count: 32)
      try await stage.store.openPageSession(session, of: alice, now: stage.now - PageLimits.sessionIdle)
      await stage.sweeper.sweep()
      let rest = try await stage.store.history(of: alice, since: 0, after: nil, limit: 10_000)
      #expect(rest.map(\.number) == Array(2400..<2500))
      // By another clock, under which it would be as good as new.
      let found = try await stage.store.visitor(session, now: stage.now, idle: 10 * 86_400, age: 20 * 86_400)
      #expect(found == nil)
    }
  }

  @Test func whereNothingIsKeptEverythingGoes() async throws {
    try await withPages(PageSettings(historyDays: 0)) { stage in
      let alice = try await stage.account("alice")
      _ = try await stage.store.setKeepsHistory(of: alice, true)
      let owner = try stage.handle("alice")
      try await stage.keep([
        RelayedMessage(
          conversation: GUID(high: 1, low: 2), number: 1, time: stage.now * 1000 - 1, sender: owner,
          senderName: FriendlyName(owner), text: "x", people: [RelayedMessage.Person(account: alice, handle: owner)])
      ])
      await stage.sweeper.sweep()
      #expect(try await stage.store.history(of: alice, since: 0, after: nil, limit: 10).isEmpty)
    }
  }
}
