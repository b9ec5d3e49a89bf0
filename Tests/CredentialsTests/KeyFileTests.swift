import Crypto
import Foundation
import Testing

@testable import Credentials

@Suite struct KeyFileTests {
  /// A folder of its own for one test.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("monarch-keys-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private func bytes(_ key: SymmetricKey) -> [UInt8] { key.withUnsafeBytes { Array($0) } }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func makesAFileOnceAndReadsItEverAfter() throws {
    try withFolder { folder in
      let path = folder + "/keys"
      let made = try KeyFile.openOrCreate(path: path)
      #expect(try mode(path) == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["keys"], "no draft is left")
      let read = try KeyFile.openOrCreate(path: path)
      #expect(bytes(read.oldClientPasswords) == bytes(made.oldClientPasswords))
      #expect(bytes(read.switchboardTickets) == bytes(made.switchboardTickets))
      #expect(bytes(made.oldClientPasswords).count == 32)
      #expect(bytes(made.switchboardTickets).count == 32)
      #expect(bytes(made.oldClientPasswords) != bytes(made.switchboardTickets))
    }
  }

  @Test func readsTheDocumentedForm() throws {
    try withFolder { folder in
      let path = folder + "/keys"
      let first = Data(repeating: 1, count: 32).base64EncodedString()
      let second = Data(repeating: 2, count: 32).base64EncodedString()
      try write(#"{"keys":{"old-client-passwords":"\#(first)","switchboard-tickets":"\#(second)"}}"#, to: path)
      let keys = try KeyFile.openOrCreate(path: path)
      #expect(bytes(keys.oldClientPasswords) == Array(repeating: 1, count: 32))
      #expect(bytes(keys.switchboardTickets) == Array(repeating: 2, count: 32))
    }
  }

  @Test func aFileOfAnEarlierReleaseGainsTheKeysItLacks() throws {
    try withFolder { folder in
      let path = folder + "/keys"
      let first = Data(repeating: 1, count: 32).base64EncodedString()
      let second = Data(repeating: 2, count: 32).base64EncodedString()
      try write(#"{"keys":{"old-client-passwords":"\#(first)","switchboard-tickets":"\#(second)"}}"#, to: path)
      let gained = try KeyFile.openOrCreate(path: path)
      #expect(bytes(gained.oldClientPasswords) == Array(repeating: 1, count: 32))
      #expect(bytes(gained.switchboardTickets) == Array(repeating: 2, count: 32))
      #expect(bytes(gained.webTickets).count == 32)
      #expect(bytes(gained.gateway) != bytes(gained.webTickets))
      #expect(try mode(path) == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["keys"], "no draft is left")
      let read = try KeyFile.openOrCreate(path: path)
      #expect(bytes(read.webTickets) == bytes(gained.webTickets))
      #expect(bytes(read.gateway) == bytes(gained.gateway))
      #expect(bytes(read.oldClientPasswords) == bytes(gained.oldClientPasswords))
    }
  }

  @Test func aFileWithoutTheKeyOfPasswordsGainsNothing() throws {
    try withFolder { folder in
      let path = folder + "/keys"
      let second = Data(repeating: 2, count: 32).base64EncodedString()
      let text = #"{"keys":{"switchboard-tickets":"\#(second)"}}"#
      try write(text, to: path)
      #expect(throws: KeyFileError.missingKey(path: path, name: "old-client-passwords")) {
        try KeyFile.openOrCreate(path: path)
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
  }

  @Test(arguments: [0o604, 0o640, 0o660, 0o644, 0o601])
  func refusesAFileOthersMayRead(_ mode: Int) throws {
    try withFolder { folder in
      let path = folder + "/keys"
      _ = try KeyFile.openOrCreate(path: path)
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      #expect(throws: KeyFileError.readableByOthers(path: path, mode: UInt32(mode))) {
        try KeyFile.openOrCreate(path: path)
      }
    }
  }

  @Test func theMessageNamesTheCure() {
    #expect(
      "\(KeyFileError.readableByOthers(path: "/srv/keys", mode: 0o644))"
        == "other users of this machine may read the keys in /srv/keys (mode 644): chmod 600 /srv/keys")
  }

  @Test(arguments: ["", "{", "[]", #"{"keys": 3}"#])
  func refusesWhatIsNoKeyFile(_ text: String) throws {
    try withFolder { folder in
      let path = folder + "/keys"
      try write(text, to: path)
      #expect(throws: KeyFileError.malformed(path: path)) { try KeyFile.openOrCreate(path: path) }
    }
  }

  @Test(arguments: [#"{"keys": {}}"#, #"{"keys": {"old-client-passwords": "AAAA"}}"#])
  func refusesAbsentAndShortKeys(_ text: String) throws {
    try withFolder { folder in
      let path = folder + "/keys"
      try write(text, to: path)
      #expect(throws: KeyFileError.missingKey(path: path, name: "old-client-passwords")) {
        try KeyFile.openOrCreate(path: path)
      }
    }
  }

  @Test func refusesAFolderAndAMissingFolder() throws {
    try withFolder { folder in
      #expect(throws: KeyFileError.malformed(path: folder)) { try KeyFile.openOrCreate(path: folder) }
      #expect(throws: KeyFileError.self) { try KeyFile.openOrCreate(path: folder + "/none/keys") }
    }
  }

  @Test func processesThatStartAtOnceGetTheSameKeys() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("monarch-keys-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/keys"
    let all = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<16 {
        group.addTask { try KeyFile.openOrCreate(path: path).switchboardTickets.withUnsafeBytes { Array($0) } }
      }
      return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
    }
    #expect(all.count == 1)
  }

  private func write(_ text: String, to path: String) throws {
    let made = FileManager.default.createFile(
      atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    #expect(made)
  }
}
