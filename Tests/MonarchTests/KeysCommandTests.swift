import Foundation
import TestKit
import Testing

/// `monarch keys`: the program itself.
struct KeysCommandTests {
  private let folder: TestFolder
  private var keys: String { folder.path + "/etc/keys" }

  init() throws { folder = try TestFolder() }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func newMakesAFileForEachRoleForTheOwnersEyesOnly() async throws {
    let outcome = try await monarch(["keys", "new", keys], in: folder)
    #expect(outcome.code == 0)
    #expect(
      outcome.output.hasPrefix("Made the keys of a new cluster:\n  \(keys)/dispatch.keys  for monarch dispatch\n"))
    #expect(try mode(keys) == 0o700)
    for role in ["dispatch", "notification", "switchboard", "web", "operator"] {
      #expect(try mode("\(keys)/\(role).keys") == 0o600)
    }
    let again = try await monarch(["keys", "new", keys], in: folder)
    #expect(again.code == 1)
    #expect(again.errors.hasPrefix("Error: there are keys in \(keys)/dispatch.keys already, and nothing was changed"))
  }

  @Test func rotateReplacesThem() async throws {
    _ = try await monarch(["keys", "new", keys], in: folder)
    let before = try Data(contentsOf: URL(fileURLWithPath: keys + "/switchboard.keys"))
    let outcome = try await monarch(["keys", "rotate", keys], in: folder)
    #expect(outcome.code == 0)
    #expect(
      outcome.output.hasPrefix("All files in \(keys) hold their next keys; the former ones are still accepted.\n"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: keys + "/switchboard.keys")) != before)
    #expect(try mode(keys + "/switchboard.keys") == 0o600)
  }

  @Test func completeNamesTheFilesItAddedTo() async throws {
    _ = try await monarch(["keys", "new", keys], in: folder)
    try FileManager.default.removeItem(atPath: keys + "/web.keys")
    let outcome = try await monarch(["keys", "complete", keys], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.output == """
        Added what was missing, and changed no key that was there:
          \(keys)/web.keys  for monarch web
        Copy these files to their machines, and restart their nodes one after the other.

        """)
    #expect(try mode(keys + "/web.keys") == 0o600)
    let again = try await monarch(["keys", "complete", keys], in: folder)
    #expect(again.output == "Nothing is missing in \(keys).\n")
  }

  @Test func rotateRefusesAFolderWithoutKeys() async throws {
    let outcome = try await monarch(["keys", "rotate", folder.path], in: folder)
    #expect(outcome.code == 1)
    #expect(
      outcome.errors.hasPrefix("Error: there is no key file \(folder.path)/dispatch.keys: 'monarch keys new DIR'"))
  }
}
