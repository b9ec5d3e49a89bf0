import Foundation
import MSNP
import Roster
import SQLiteStore
import Store
import Testing

extension EveryStore {
  @Suite("Durability")
  struct Durability {
    @Test("Everything is there when the store is opened again", arguments: StoreKind.allCases)
    func reopened(kind: StoreKind) async throws {
      let folder = try TemporaryFolder()
      var before: [RosterSnapshot] = []
      var people: [Person] = []
      do {
        let stage = try Stage(kind, in: folder)
        people = try await stage.people("alice", "bob")
        try await stage.make(
          [
            .addGroup("Friends"), .add(people[1], to: .forward, group: try .number(1)), .add(people[1], to: .allow),
            .setProperty(.homePhone, "1"), .setPrivacyMode(.block), .setReversePrompt(.never),
            .rename(try FriendlyName("Alice B")),
          ], by: people[0])
        for person in people { before.append(try await stage.snapshot(person)) }
      }
      let stage = try Stage(kind, in: folder)
      var after: [RosterSnapshot] = []
      for person in people { after.append(try await stage.snapshot(person)) }
      #expect(after == before)
      #expect(after[0].version == ListVersion(8))
      #expect(try await stage.store.account(people[0].handle)?.name == (try FriendlyName("Alice B")))
    }

    @Test("Opening again and again changes nothing", arguments: StoreKind.allCases)
    func twice(kind: StoreKind) async throws {
      let folder = try TemporaryFolder()
      let alice = try await Stage(kind, in: folder).people("alice")[0]
      for _ in 0..<3 {
        #expect(try await Stage(kind, in: folder).version(alice) == 1)
      }
    }
  }
}

@Suite("SQLite file")
struct SQLiteFileTests {
  @Test("A change is in the files at the moment of its answer, as a process killed then would leave them")
  func killed() async throws {
    let stage = try Stage(.sqlite)
    let people = try await stage.people("alice", "bob")
    for round in 2...20 as ClosedRange<UInt32> {
      let copy = try TemporaryFolder()
      let change = RosterChange.setProperty(.homePhone, "\(round)")
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        stage.store.change(change, by: people[0].account, limits: ListLimits()) { result in
          continuation.resume(
            with: Result {
              _ = try result.get()
              // The log's index is not copied: it is memory that a crash takes along.
              for name in ["store.sqlite", "store.sqlite-wal"] {
                try FileManager.default.copyItem(
                  at: stage.folder.url.appending(path: name), to: copy.url.appending(path: name))
              }
            })
        }
      }
      let survivor = try Stage(.sqlite, in: copy)
      let snapshot = try await survivor.snapshot(people[0])
      #expect(snapshot.version == ListVersion(round))
      #expect(snapshot.properties[.homePhone] == "\(round)")
    }
  }

  @Test("Commits wait for the disk")
  func settings() async throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteStore(path: folder.url.appending(path: "store.sqlite").path)
    let settings = try await store.settings()
    #expect(settings.journalMode == "wal")
    #expect(settings.synchronous == 2)
    #expect(settings.foreignKeys)
  }

  @Test("Nobody but the owner may read the files", arguments: [nil, 0o644])
  func mode(existing: Int?) async throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "store.sqlite").path
    if let existing {
      #expect(
        FileManager.default.createFile(
          atPath: path, contents: nil, attributes: [.posixPermissions: NSNumber(value: existing)]))
    }
    let store = try SQLiteStore(path: path)
    let alice = try UserHandle.named("alice")
    _ = try await store.create([NewAccount(handle: alice, name: FriendlyName(alice), passwordHash: "hash")])
    for name in [path, path + "-wal", path + "-shm"] {
      let mode = try FileManager.default.attributesOfItem(atPath: name)[.posixPermissions] as? NSNumber
      #expect(mode == NSNumber(value: 0o600), "\(name)")
    }
  }

  @Test("What is not a database, or cannot be opened, is refused with a reason")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "store.sqlite").path
    try Data(repeating: 0x41, count: 8_192).write(to: URL(filePath: path))
    #expect {
      try SQLiteStore(path: path)
    } throws: {
      ($0 as? StoreFailure)?.description.hasPrefix("SQLite error 26: file is not a database") == true
    }
    let missing = folder.url.appending(path: "missing/store.sqlite").path
    #expect(throws: StoreFailure("cannot create \(missing): No such file or directory")) {
      try SQLiteStore(path: missing)
    }
  }

  @Test("A closed store answers with a failure")
  func closed() async throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteStore(path: folder.url.appending(path: "store.sqlite").path)
    let alice = try UserHandle.named("alice")
    let made = try await store.create([NewAccount(handle: alice, name: FriendlyName(alice), passwordHash: "hash")])
    let account = try #require(made[alice])
    try store.close()
    await #expect(throws: StoreFailure.self) { try await store.credentials(of: alice) }
    await #expect(throws: StoreFailure.self) { try await store.snapshot(of: account) }
    do {
      _ = try await store.change(.setPrivacyMode(.block), by: account, limits: ListLimits())
      Issue.record("a closed store made a change")
    } catch ChangeFailure.unavailable {}
  }
}
