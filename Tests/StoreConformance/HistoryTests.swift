import MSNP
import Roster
import Store
import Testing

extension RelayedMessage {
  /// The conversation of a number, which tells conversations of one test apart and orders them.
  static func said(
    _ text: String, by sender: StoreConformance.Person, among people: [StoreConformance.Person],
    in conversation: UInt64 = 1, number: Int, time: Int64
  ) throws -> RelayedMessage {
    RelayedMessage(
      conversation: GUID(high: 0x0a0b_0c0d_0000_4000, low: conversation), number: number, time: time,
      sender: sender.handle, senderName: sender.name, text: text,
      people: people.map { Person(account: $0.account, handle: $0.handle) })
  }

  /// As it comes back.
  var kept: KeptMessage {
    KeptMessage(
      conversation: conversation, number: number, time: time, sender: sender, senderName: senderName, text: text,
      people: people.map(\.handle).sorted())
  }
}

extension EveryStore {
  @Suite("Histories")
  struct Histories {
    /// People who keep a history.
    private static func keepers(_ stage: Stage, _ names: String...) async throws -> [Person] {
      let people = try await stage.people(names)
      for person in people { #expect(try await stage.store.setKeepsHistory(of: person.account, true)) }
      return people
    }

    private static func all(_ stage: Stage, _ person: Person, since: Int64 = 0) async throws -> [KeptMessage] {
      try await stage.store.history(of: person.account, since: since, after: nil, limit: 1_000)
    }

    @Test("A message is kept for those of its people who keep a history then", arguments: StoreKind.allCases)
    func kept(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await Self.keepers(stage, "carol", "alice") + stage.people("bob", "dave")
      let (carol, alice, bob, dave) = (people[0], people[1], people[2], people[3])
      let nobody = Person(account: AccountID(4711), handle: try .named("nobody"), name: try .named("nobody"))
      #expect(try await stage.store.keepers(among: people.map(\.account)) == [carol.account, alice.account])
      #expect(try await stage.store.keepers(among: [bob.account, nobody.account]) == [])
      #expect(try await stage.store.keepers(among: []) == [])

      let text = "Grüße,\r\nit's {\"a\"}, \\ 100% <b> 🐈"
      let first = try RelayedMessage.said(text, by: bob, among: [carol, bob, alice], number: 1, time: 1_000)
      let second = try RelayedMessage.said("", by: carol, among: [carol, bob, nobody], number: 2, time: 2_000)
      try await stage.store.keep([first, second])
      try await stage.store.keep([])
      #expect(try await Self.all(stage, alice) == [first.kept])
      #expect(try await Self.all(stage, carol) == [first.kept, second.kept])
      #expect(try await Self.all(stage, bob) == [])
      #expect(try await Self.all(stage, dave) == [])
    }

    @Test("Switching off keeps what there is and adds nothing", arguments: StoreKind.allCases)
    func switched(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await Self.keepers(stage, "alice")[0]
      let messages = try (1...3).map {
        try RelayedMessage.said("\($0)", by: alice, among: [alice], number: $0, time: Int64($0))
      }
      // Twice is as good as once.
      #expect(try await stage.store.setKeepsHistory(of: alice.account, true))
      try await stage.store.keep([messages[0]])
      #expect(try await stage.store.setKeepsHistory(of: alice.account, false))
      #expect(try await stage.store.setKeepsHistory(of: alice.account, false))
      try await stage.store.keep([messages[1]])
      #expect(try await Self.all(stage, alice) == [messages[0].kept])
      #expect(try await stage.store.setKeepsHistory(of: alice.account, true))
      try await stage.store.keep([messages[2]])
      #expect(try await Self.all(stage, alice) == [messages[0].kept, messages[2].kept])
    }

    @Test("A message that was written before stays as it is", arguments: StoreKind.allCases)
    func again(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await Self.keepers(stage, "alice", "bob")
      let first = try RelayedMessage.said("first", by: people[0], among: [people[0]], number: 1, time: 1)
      try await stage.store.keep([first])
      let changed = try RelayedMessage.said("changed", by: people[0], among: people, number: 1, time: 9)
      let second = try RelayedMessage.said("second", by: people[0], among: people, number: 2, time: 10)
      try await stage.store.keep([changed, second, second])
      #expect(try await Self.all(stage, people[0]) == [first.kept, second.kept])
      #expect(try await Self.all(stage, people[1]) == [changed.kept, second.kept])
    }

    @Test("A NUL is replaced, and stops nothing that is written with it", arguments: StoreKind.allCases)
    func nul(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let alice = try await Self.keepers(stage, "alice")[0]
      try await stage.store.keep([
        try .said("a\0b", by: alice, among: [alice], number: 1, time: 1),
        try .said("c", by: alice, among: [alice], number: 2, time: 2),
      ])
      #expect(try await Self.all(stage, alice).map(\.text) == ["a\u{fffd}b", "c"])
    }

    @Test("Conversations are listed by their last message, page by page, none twice", arguments: StoreKind.allCases)
    func conversations(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await Self.keepers(stage, "alice", "bob", "carol")
      let (alice, bob, carol) = (people[0], people[1], people[2])
      try await stage.store.keep([
        try .said("1", by: bob, among: [alice, bob], in: 1, number: 1, time: 100),
        try .said("2", by: alice, among: [alice, bob, carol], in: 1, number: 2, time: 900),
        try .said("3", by: alice, among: [carol, alice], in: 2, number: 1, time: 200),
        try .said("4", by: alice, among: [carol, alice], in: 2, number: 2, time: 300),
        // Three that end together, around the end of a page.
        try .said("5", by: alice, among: [alice], in: 3, number: 1, time: 500),
        try .said("6", by: alice, among: [alice], in: 4, number: 1, time: 500),
        try .said("7", by: alice, among: [alice], in: 5, number: 1, time: 500),
        // Alice is not in this one.
        try .said("8", by: bob, among: [carol, bob], in: 6, number: 1, time: 1_000),
      ])
      func line(_ number: UInt64, _ began: Int64, _ ended: Int64, _ messages: Int, _ people: Person...)
        -> KeptConversation
      {
        KeptConversation(
          conversation: GUID(high: 0x0a0b_0c0d_0000_4000, low: number), began: began, ended: ended,
          messages: messages, people: people.map(\.handle).sorted())
      }
      let expected = [
        line(1, 100, 900, 2, alice, bob, carol), line(5, 500, 500, 1, alice), line(4, 500, 500, 1, alice),
        line(3, 500, 500, 1, alice), line(2, 200, 300, 2, alice, carol),
      ]
      func page(since: Int64 = 0, before: Int64? = nil, _ limit: Int) async throws -> [KeptConversation] {
        try await stage.store.conversations(of: alice.account, since: since, before: before, limit: limit)
      }
      #expect(try await page(9) == expected)
      #expect(try await page(1) == [expected[0]])
      #expect(try await page(2) == Array(expected[0..<4]))
      #expect(try await page(before: 500, 2) == [expected[4]])
      #expect(try await page(before: 300, 2) == [])
      #expect(try await page(before: 900, 1) == Array(expected[1..<4]))
      #expect(try await page(0) == [])
      // What is older counts as gone, in the numbers too.
      #expect(try await page(since: 300, 9).last == line(2, 300, 300, 1, alice, carol))
      #expect(try await page(since: 101, 1) == [line(1, 900, 900, 1, alice, bob, carol)])
      #expect(try await page(since: 301, 9).count == 4)
      #expect(try await stage.store.conversations(of: AccountID(4711), since: 0, before: nil, limit: 9) == [])
    }

    @Test("A conversation is read in the order in which it was relayed, page by page", arguments: StoreKind.allCases)
    func messages(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await Self.keepers(stage, "alice", "bob")
      // Written out of order, and with a clock that was set back.
      let times: [Int64] = [100, 200, 150, 300, 400]
      let said = try times.enumerated().map { index, time in
        try RelayedMessage.said("\(index)", by: people[index % 2], among: people, number: index + 1, time: time)
      }
      let other = try RelayedMessage.said("other", by: people[0], among: people, in: 2, number: 3, time: 200)
      try await stage.store.keep([said[3], said[0], other])
      try await stage.store.keep([said[4], said[2], said[1]])
      func page(since: Int64 = 0, after: Int? = nil, _ limit: Int) async throws -> [KeptMessage] {
        try await stage.store.messages(
          of: people[0].account, in: said[0].conversation, since: since, after: after, limit: limit)
      }
      #expect(try await page(9) == said.map(\.kept))
      #expect(try await page(2) == said[0..<2].map(\.kept))
      #expect(try await page(after: 2, 2) == said[2..<4].map(\.kept))
      #expect(try await page(after: 4, 2) == [said[4].kept])
      #expect(try await page(after: 5, 2) == [])
      #expect(try await page(since: 151, 9) == [said[1], said[3], said[4]].map(\.kept))
      let stranger = try await stage.people("carol")[0]
      #expect(
        try await stage.store.messages(
          of: stranger.account, in: said[0].conversation, since: 0, after: nil, limit: 9) == [])
    }

    @Test("A whole history comes by time, conversation and number, each message once", arguments: StoreKind.allCases)
    func history(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await Self.keepers(stage, "alice", "bob")
      var said: [RelayedMessage] = []
      for (time, conversation, number) in [
        (100, 2, 1), (100, 2, 2), (100, 2, 10), (100, 300, 1), (200, 1, 1), (200, 1, 2), (300, 1, 3),
      ] as [(Int64, UInt64, Int)] {
        said.append(
          try .said("\(said.count)", by: people[0], among: people, in: conversation, number: number, time: time))
      }
      try await stage.store.keep(said.reversed())
      for size in 1...8 {
        var read: [KeptMessage] = []
        while true {
          let page = try await stage.store.history(
            of: people[1].account, since: 0, after: read.last, limit: size)
          #expect(page.count <= size)
          if page.isEmpty { break }
          read += page
        }
        #expect(read == said.map(\.kept))
      }
      #expect(try await Self.all(stage, people[0], since: 200) == said[4...].map(\.kept))
      #expect(try await Self.all(stage, people[0], since: 301) == [])
    }

    @Test("Forgetting is for the owner alone", arguments: StoreKind.allCases)
    func forgotten(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await Self.keepers(stage, "alice", "bob")
      let said = try [(UInt64(1), 1), (1, 2), (2, 1), (3, 1)].map { conversation, number in
        try RelayedMessage.said("x", by: people[0], among: people, in: conversation, number: number, time: 5)
      }
      try await stage.store.keep(said)
      let alice = people[0].account
      #expect(try await stage.store.forgetHistory(of: alice, conversation: said[0].conversation) == 2)
      #expect(try await stage.store.forgetHistory(of: alice, conversation: said[0].conversation) == 0)
      #expect(try await Self.all(stage, people[0]) == said[2...].map(\.kept))
      #expect(try await stage.store.forgetHistory(of: alice, conversation: nil) == 2)
      #expect(try await Self.all(stage, people[0]) == [])
      #expect(try await Self.all(stage, people[1]) == said.map(\.kept))
      #expect(try await stage.store.keepers(among: [alice]) == [alice])
    }

    @Test("Sweeping takes what is too old from everybody, so many at a time", arguments: StoreKind.allCases)
    func swept(kind: StoreKind) async throws {
      let stage = try Stage(kind)
      let people = try await Self.keepers(stage, "alice", "bob")
      let said = try (1...5).map {
        try RelayedMessage.said("\($0)", by: people[0], among: people, number: $0, time: Int64($0) * 100)
      }
      try await stage.store.keep(said)
      #expect(try await stage.store.sweepHistory(before: 100, limit: 99) == 0)
      #expect(try await stage.store.sweepHistory(before: 400, limit: 4) == 4)
      for person in people { #expect(try await Self.all(stage, person) == said[2...].map(\.kept)) }
      #expect(try await stage.store.sweepHistory(before: 400, limit: 4) == 2)
      #expect(try await stage.store.sweepHistory(before: 400, limit: 4) == 0)
      for person in people { #expect(try await Self.all(stage, person) == said[3...].map(\.kept)) }
    }
  }
}
