import Crypto
import Foundation
import Testing

@testable import Credentials

/// Files of keys for each role, and their rotation.
@Suite final class RoleKeysTests {
  private let folder: KeyFolder

  init() throws {
    let path = FileManager.default.temporaryDirectory.path + "/monarch-keys-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    folder = KeyFolder(path: path)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder.path) }

  private func bytes(_ key: SymmetricKey) -> [UInt8] { key.withUnsafeBytes { Array($0) } }

  private func keys(_ holder: KeyHolder) throws -> RoleKeys {
    try RoleKeys(path: folder.path(of: holder), for: holder)
  }

  private func current(_ name: KeyName, _ holder: KeyHolder) throws -> [UInt8] {
    bytes(try keys(holder).key(name).current)
  }

  /// What is accepted besides the current key: the one before it, if there is one, and the one after it.
  private func accepted(_ name: KeyName, _ holder: KeyHolder) throws -> [[UInt8]] {
    try keys(holder).key(name).accepted.map(bytes)
  }

  private func contents() throws -> [String: Data] {
    try Dictionary(
      uniqueKeysWithValues: FileManager.default.contentsOfDirectory(atPath: folder.path).map {
        ($0, try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\($0)")))
      })
  }

  private func write(_ text: String, _ holder: KeyHolder) {
    let isWritten = FileManager.default.createFile(
      atPath: folder.path(of: holder), contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    #expect(isWritten)
  }

  @Test func everyRoleHasTheKeysItNeedsAndNoOther() throws {
    try folder.makeKeys()
    #expect(
      try contents().keys.sorted() == [
        "dispatch.keys", "notification.keys", "operator.keys", "switchboard.keys", "web.keys",
      ])
    for holder in KeyHolder.allCases {
      let read = try keys(holder)
      #expect(KeyName.allCases.filter { read[$0] != nil } == KeyName.allCases.filter(holder.names.contains))
      let mode = try FileManager.default.attributesOfItem(atPath: folder.path(of: holder))[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
    #expect(try current(.ringBus, .notification) == current(.ringBus, .switchboard))
    #expect(try current(.registry, .dispatch) == current(.registry, .operator))
    let all = try KeyHolder.notification.names.map { try current($0, .notification) }
    #expect(Set(all).count == all.count, "one key for each purpose")
  }

  @Test func keysThatAreThereAreNeverOverwritten() throws {
    write("{}", .switchboard)
    #expect(throws: KeyFileError.alreadyThere(path: folder.path(of: .switchboard))) { try folder.makeKeys() }
    #expect(try contents() == ["switchboard.keys": Data("{}".utf8)])
  }

  @Test func rotationTakesTheKeyThatWasToBeNextAndKeepsTheFormerAccepted() throws {
    try folder.makeKeys()
    let first = try current(.registry, .dispatch)
    let seal = try current(.oldClientPasswords, .notification)
    let second = try #require(try accepted(.registry, .dispatch).first)
    #expect(try accepted(.registry, .dispatch).count == 1)
    #expect(try folder.rotate() == .fresh)
    #expect(second != first)
    let third = try #require(try accepted(.registry, .dispatch).last)
    for holder in KeyHolder.allCases {
      #expect(try current(.registry, holder) == second)
      #expect(try accepted(.registry, holder) == [first, third])
    }
    #expect(try current(.oldClientPasswords, .operator) == seal)
    #expect(try accepted(.oldClientPasswords, .operator).isEmpty)

    #expect(try folder.rotate() == .fresh)
    #expect(try current(.registry, .switchboard) == third)
    #expect(try accepted(.registry, .switchboard).first == second, "one generation is kept")
    #expect(try !accepted(.registry, .switchboard).contains(first))
    #expect(try contents().count == 5, "no draft is left")
  }

  @Test func nodesBelieveEachOtherWhileTheyTakeARotation() throws {
    try folder.makeKeys()
    for _ in 0..<3 {
      let before = try KeyHolder.notification.names.map { try keys(.notification).key($0) }
      _ = try folder.rotate()
      let after = try KeyHolder.notification.names.map { try keys(.notification).key($0) }
      for (old, new) in zip(before, after) {
        #expect(([old.current] + old.accepted).map(bytes).contains(bytes(new.current)))
        #expect(([new.current] + new.accepted).map(bytes).contains(bytes(old.current)))
      }
    }
  }

  @Test(arguments: 1...3)
  func aRotationThatStoppedHalfWayIsCompleted(_ replaced: Int) throws {
    try folder.makeKeys()
    let before = try contents()
    #expect(try folder.rotate() == .fresh)
    let after = try contents()
    for holder in [KeyHolder.notification, .operator, .switchboard, .dispatch].dropFirst(replaced) {
      write(String(decoding: try #require(before[holder.fileName]), as: UTF8.self), holder)
    }
    #expect(try folder.rotate() == .completed)
    #expect(try contents() == after)
  }

  @Test func filesOfDifferentClustersAreRefused() throws {
    try folder.makeKeys()
    let stranger = Data(repeating: 7, count: 32).base64EncodedString()
    write(#"{"keys": {"registry": "\#(stranger)"}}"#, .dispatch)
    let before = try contents()
    #expect(throws: KeyFileError.strangers(folder: folder.path, name: .registry)) { try folder.rotate() }
    #expect(try contents() == before)
  }

  @Test func rotationGivesAKeyThatIsMissing() throws {
    try folder.makeKeys()
    let registry = Data(repeating: 7, count: 32).base64EncodedString()
    for holder in KeyHolder.allCases {
      write(
        #"{"keys": {"registry": "\#(registry)", "old-client-passwords": "\#(registry)"}}"#, holder)
    }
    #expect(throws: KeyFileError.self) { try keys(.switchboard) }
    #expect(try folder.rotate() == .fresh)
    #expect(try accepted(.switchboardTickets, .switchboard).count == 1, "the next one")
    #expect(try current(.switchboardTickets, .switchboard) == current(.switchboardTickets, .notification))
  }

  /// What the release before the web role had made: no web.keys, and neither web tickets nor gateway in the others.
  private func makeEarlierFolder() throws {
    try folder.makeKeys()
    for holder in KeyHolder.allCases {
      guard holder != .web else {
        try FileManager.default.removeItem(atPath: folder.path(of: .web))
        continue
      }
      var form = try KeyForm(json: Array(try #require(contents()[holder.fileName])), path: "")
      for name in ["web-tickets", "gateway"] {
        form.keys[name] = nil
        form.next?[name] = nil
      }
      write(String(decoding: form.json, as: UTF8.self), holder)
    }
  }

  @Test func rolesStartWithFilesOfAnEarlierRelease() throws {
    try makeEarlierFolder()
    for holder in [KeyHolder.dispatch, .notification, .switchboard, .operator] {
      let keys = try keys(holder)
      #expect(keys[.webTickets] == nil)
      #expect(keys[.gateway] == nil)
    }
    #expect(throws: KeyFileError.noSuchFile(path: folder.path(of: .web))) { try keys(.web) }
    #expect(throws: KeyFileError.noSuchFile(path: folder.path(of: .web))) { try folder.rotate() }
  }

  @Test func completionMakesWhatIsMissingAndChangesNothingElse() throws {
    try makeEarlierFolder()
    let before = try Dictionary(
      uniqueKeysWithValues: [KeyHolder.notification, .switchboard, .operator].map { holder in
        (holder, try holder.needs.map { bytes(try keys(holder).key($0).current) })
      })
    let untouched = try contents().filter { ["dispatch.keys", "operator.keys"].contains($0.key) }
    #expect(Set(try folder.complete()) == [.notification, .switchboard, .web])
    for (holder, former) in before { #expect(try holder.needs.map { try current($0, holder) } == former) }
    for (name, data) in untouched { #expect(try contents()[name] == data) }
    for holder in KeyHolder.allCases {
      let keys = try RoleKeys(path: folder.path(of: holder), for: holder, needing: holder.names)
      #expect(KeyName.allCases.filter { keys[$0] != nil } == KeyName.allCases.filter(holder.names.contains))
      let mode = try FileManager.default.attributesOfItem(atPath: folder.path(of: holder))[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
    #expect(try current(.webTickets, .web) == current(.webTickets, .notification))
    #expect(try accepted(.webTickets, .web) == accepted(.webTickets, .notification))
    #expect(try current(.gateway, .web) == current(.gateway, .switchboard))
    #expect(try current(.oldClientPasswords, .web) == current(.oldClientPasswords, .operator))
    #expect(try contents().count == 5, "no draft is left")

    let complete = try contents()
    #expect(try folder.complete() == [])
    #expect(try contents() == complete)
    #expect(try folder.rotate() == .fresh)
  }

  @Test func aCompletionThatStoppedHalfWayGoesOn() throws {
    try makeEarlierFolder()
    let before = try contents()
    _ = try folder.complete()
    let tickets = try current(.webTickets, .notification)
    write(String(decoding: try #require(before["switchboard.keys"]), as: UTF8.self), .switchboard)
    try FileManager.default.removeItem(atPath: folder.path(of: .web))
    #expect(Set(try folder.complete()) == [.switchboard, .web])
    #expect(try current(.webTickets, .web) == tickets)
    #expect(try current(.gateway, .switchboard) == current(.gateway, .notification))
  }

  @Test func theKeyOfPasswordsIsNeverMadeAnew() throws {
    #expect(throws: KeyFileError.noSuchFile(path: folder.path(of: .notification))) { try folder.complete() }
    let registry = Data(repeating: 7, count: 32).base64EncodedString()
    write(#"{"keys": {"registry": "\#(registry)"}}"#, .notification)
    let before = try contents()
    let missing = KeyFileError.missingRoleKey(path: folder.path, name: .oldClientPasswords, holder: .operator)
    #expect(throws: missing) { try folder.complete() }
    #expect(try contents() == before)
  }

  @Test func aRotationHasToBeCompleteFirst() throws {
    try folder.makeKeys()
    let before = try contents()
    _ = try folder.rotate()
    write(String(decoding: try #require(before["dispatch.keys"]), as: UTF8.self), .dispatch)
    let stopped = try contents()
    #expect(throws: KeyFileError.halfRotated(folder: folder.path)) { try folder.complete() }
    #expect(try contents() == stopped)
  }

  @Test func whatSystemdHandsOverMayShowRightsOfTheGroup() {
    let folder = "/run/credentials/monarch-dispatch@ds-1.service"
    let path = folder + "/keys"
    #expect(SecretFile.isPrivate(path, mode: 0o440, credentials: folder))
    #expect(!SecretFile.isPrivate(path, mode: 0o444, credentials: folder))
    #expect(!SecretFile.isPrivate(path, mode: 0o440, credentials: nil))
    #expect(!SecretFile.isPrivate("/etc/monarch/keys", mode: 0o440, credentials: folder))
    #expect(!SecretFile.isPrivate(folder + "/../x/keys", mode: 0o440, credentials: folder))
    #expect(!SecretFile.isPrivate("/etc/monarch/keys", mode: 0o440, credentials: ""))
    #expect(SecretFile.isPrivate("/etc/monarch/keys", mode: 0o600, credentials: nil))
  }

  @Test func theMessagesNameTheCure() throws {
    let path = folder.path(of: .dispatch)
    #expect(throws: KeyFileError.noSuchFile(path: path)) { try keys(.dispatch) }
    #expect(
      "\(KeyFileError.noSuchFile(path: "/k/dispatch.keys"))"
        == "there is no key file /k/dispatch.keys: 'monarch keys new DIR' makes one for each role, and the operator's; a"
        + " folder of an earlier release gets what it lacks by 'monarch keys complete DIR'")
    let missing = KeyFileError.missingRoleKey(path: "/k/x", name: .ringBus, holder: .switchboard)
    #expect(
      "\(missing)" == "the key 'ring-bus', which a switchboard needs, is absent from /k/x or not 32 bytes in base64: "
        + "take switchboard.keys from the folder that 'monarch keys new DIR' made; a folder of an earlier release gets the"
        + " key by 'monarch keys complete DIR'")
  }

  @Test(arguments: [#"{"keys": {}}"#, #"{"keys": {"registry": "AAAA"}}"#])
  func aKeyThatIsAbsentOrShortIsNamed(_ text: String) throws {
    write(text, .dispatch)
    let path = folder.path(of: .dispatch)
    #expect(throws: KeyFileError.missingRoleKey(path: path, name: .registry, holder: .dispatch)) { try keys(.dispatch) }
  }
}
