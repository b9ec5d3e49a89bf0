import MSNP
import Roster
import Store
import TestKit
import Testing

@testable import WebServices

/// Profiles and their pictures.
struct ProfilePagesTests {
  private static let filled = [
    "Who may see it": "everybody who has an account here", "Name": "Alice <b>Liddell</b>", "Town": "Oxford & Co",
    "Postal code": "OX1 1DP", "Country": "United Kingdom", "Language": "English (United Kingdom)",
    "Birthday": "1952-05-04", "Gender": "female", "About me": "Curiouser\nand \"curiouser\"\n<script>alert(1)</script>",
  ]

  @Test func whatIsToldIsKeptAndShown() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await stage.account("bob")
      try await onThread {
        let alice = try stage.signedIn("alice")
        try alice.open("/account/profile")
        try alice.submit("/account/profile", ProfilePagesTests.filled)
        #expect(alice.path == "/account?done=profile")
        try alice.open("/account/profile")
        let fields = alice.page.forms.first { $0.action == "/account/profile" }?.fields ?? []
        let kept = Dictionary(fields.compactMap { field in field.label.map { ($0, field) } }) { first, _ in first }
        for (label, value) in ProfilePagesTests.filled {
          let field = try #require(kept[label])
          #expect(
            field.type == "select"
              ? field.options.first { $0.value == field.value }?.text == value : field.value == value)
        }
        let bob = try stage.signedIn("bob")
        try bob.open("/profile")
        try bob.submit("/profile", ["E-mail address": "ALICE@example.com"])
        #expect(bob.path == "/profile?of=ALICE%40example.com")
        #expect(bob.page.first("h1") == "Alice")
        #expect(
          bob.page.all("td") == [
            "alice@example.com", "Alice <b>Liddell</b>", "Oxford & Co", "OX1 1DP", "United Kingdom",
            "English (United Kingdom)", "1952-05-04", "female",
          ])
        #expect(bob.page.text.contains("Curiouser and \"curiouser\" <script>alert(1)</script>"))
        #expect(!bob.answer.text.contains("<script"))
      }
      let profile = try #require(try await stage.member("alice")).profile
      #expect(profile.country == "GB" && profile.language == 2057 && profile.gender == .female)
      #expect(profile.about == "Curiouser\nand \"curiouser\"\n<script>alert(1)</script>")
      #expect(profile.audience == .everyone)
    }
  }

  @Test(arguments: [
    (
      "Birthday", "1900-02-29",
      "That is no day of the calendar: write it as 1984-02-29, year, month and day, or leave it empty."
    ),
    ("Town", String(repeating: "x", count: 65), "The town is too long: use at most 64 characters."),
    ("About me", String(repeating: "y", count: 1001), "The text about you is too long: use at most 1000 characters."),
    ("Name", "a\u{7}", "The name holds a character that cannot be shown: leave it out."),
  ])
  func whatIsWrongIsSaidAndTheRestStaysTyped(_ label: String, _ value: String, _ problem: String) async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        try alice.open("/account/profile")
        try alice.submit("/account/profile", ["Postal code": "OX1", "Country": "France", label: value])
        #expect(alice.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
        #expect(alice.page.problems == [problem])
        let fields = alice.page.forms.first { $0.action == "/account/profile" }?.fields
        #expect(fields?.first { $0.label == label }?.value == value)
        #expect(fields?.first { $0.label == "Postal code" }?.value == "OX1")
        #expect(fields?.first { $0.label == "Country" }?.value == "FR")
      }
      #expect(try await stage.member("alice")?.profile == MemberProfile())
    }
  }

  /// Every audience, for every kind of visitor; who may not see it reads what is said of nobody.
  @Test(arguments: MemberProfile.Audience.allCases)
  func whoMaySeeIt(_ audience: MemberProfile.Audience) async throws {
    try await withPages { stage in
      let alice = try await stage.account("alice")
      for who in ["friend", "stranger", "blocked", "friendblocked"] { try await stage.account(who) }
      for who in ["friend", "friendblocked"] {
        try await stage.change(alice, .add(.forward, try stage.handle(who), nil, group: nil))
      }
      for who in ["blocked", "friendblocked"] {
        try await stage.change(alice, .add(.block, try stage.handle(who), nil, group: nil))
      }
      var profile = MemberProfile()
      profile.audience = audience
      profile.city = "Oxford"
      _ = try await stage.store.setProfile(of: alice, to: profile)
      _ = try await stage.store.setPicture(of: alice, to: MemberPicture(type: "image/gif", bytes: [1, 2, 3]))
      try await onThread {
        func sees(_ who: String) throws -> Bool {
          let visitor = try stage.signedIn(who)
          let profile = try visitor.ask("GET", "/profile?of=alice@example.com")
          let nobody = try visitor.ask("GET", "/profile?of=alicx@example.com")
          let picture = try visitor.ask("GET", "/picture?of=alice@example.com")
          let noPicture = try visitor.ask("GET", "/picture?of=alicx@example.com")
          #expect(nobody.statusLine == "HTTP/1.1 404 Not Found")
          if profile.statusLine == "HTTP/1.1 200 OK" {
            #expect(picture.body == [1, 2, 3])
            return profile.text.contains("Oxford")
          }
          #expect(profile.statusLine == nobody.statusLine && profile.headerLines == nobody.headerLines)
          #expect(profile.text.replacing("alice@", with: "alicx@") == nobody.text)
          #expect(picture == noPicture)
          return false
        }
        let seeing = try ["alice", "friend", "stranger", "blocked", "friendblocked"].filter(sees)
        let expected: [String] =
          switch audience {
          case .nobody: ["alice"]
          case .contacts: ["alice", "friend"]
          case .everyone: ["alice", "friend", "stranger"]
          }
        #expect(seeing == expected)
      }
    }
  }

  @Test func theProfileOfWhoIsBannedIsNotThere() async throws {
    try await withPages { stage in
      let alice = try await stage.account("alice")
      try await stage.account("bob")
      var profile = MemberProfile()
      profile.audience = .everyone
      _ = try await stage.store.setProfile(of: alice, to: profile)
      _ = try await stage.store.setBanned(try stage.handle("alice"), true)
      try await onThread {
        let bob = try stage.signedIn("bob")
        let answer = try bob.ask("GET", "/profile?of=alice@example.com")
        #expect(answer.statusLine == "HTTP/1.1 404 Not Found")
      }
    }
  }

  // MARK: Pictures

  @Test func aPictureIsKeptServedAndRemoved() async throws {
    try await withPages { stage in
      try await stage.account("al+ice")
      try await onThread {
        let alice = try stage.signedIn("al+ice")
        try alice.open("/account/picture")
        // What the browser says of the type is not believed.
        let file = WebVisitor.File(name: "me.html", type: "text/html", bytes: PictureFileTests.png)
        try alice.submit("/account/picture", files: ["Picture": file])
        #expect(alice.path == "/account?done=picture")
        try alice.open("/profile")
        let source = alice.page.tokens.compactMap { token in
          if case .start("img", let attributes) = token { attributes["src"] } else { nil }
        }
        #expect(source == ["/picture?of=al%2Bice@example.com"])
        let answer = try alice.ask("GET", source[0])
        #expect(answer.statusLine == "HTTP/1.1 200 OK")
        #expect(
          Set(answer.headerLines) == [
            "Content-Type: image/png", "Cache-Control: no-store", "Content-Security-Policy: default-src 'none'",
            "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY", "Referrer-Policy: same-origin",
            "Content-Length: 33",
          ])
        #expect(answer.body == PictureFileTests.png)
        try alice.open("/account/picture")
        try alice.submit("/account/picture", button: "Remove my picture")
        #expect(alice.path == "/account?done=no-picture")
        let gone = try alice.ask("GET", source[0])
        #expect(gone.statusLine == "HTTP/1.1 404 Not Found")
      }
    }
  }

  @Test func whatIsNoGoodPictureIsRefusedInWords() async throws {
    try await withPages { stage in
      try await stage.account("alice")
      try await onThread {
        let alice = try stage.signedIn("alice")
        func send(_ bytes: [UInt8]) throws -> String {
          try alice.open("/account/picture")
          try alice.submit(
            "/account/picture", files: ["Picture": WebVisitor.File(name: "a.png", type: "image/png", bytes: bytes)])
          #expect(alice.answer.statusLine == "HTTP/1.1 422 Unprocessable Entity")
          return alice.page.problems.joined()
        }
        let svg = try send(Array("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".utf8))
        #expect(svg == "That file is no picture in PNG, JPEG or GIF, or it is damaged: save it as one of these.")
        let large = try send(PictureFileTests.png + Array(repeating: 0, count: 65_536))
        #expect(large == "That file has 65 KB, and a picture may have 64: make it smaller first.")
        let nothing = try send([])
        #expect(nothing == "Choose a file first: PNG, JPEG or GIF.")
        try alice.open("/account/picture")
        try alice.submit(
          "/account/picture",
          files: ["Picture": WebVisitor.File(name: "a", type: "image/png", bytes: Array(repeating: 0, count: 600_000))])
        #expect(alice.answer.statusLine == "HTTP/1.1 413 Payload Too Large")
      }
      #expect(try await stage.store.picture(of: try #require(try await stage.member("alice")).account) == nil)
    }
  }
}
