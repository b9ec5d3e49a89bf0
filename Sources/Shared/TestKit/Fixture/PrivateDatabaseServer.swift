import Foundation

/// A PostgreSQL server of a test's own, which it may stop and kill; gone with the last reference. Every call blocks.
public final class PrivateDatabaseServer: Sendable {
  struct Failure: Error, CustomStringConvertible { let description: String }

  /// The URL of a database that is there, and empty.
  public let url: String
  public let server: DatabaseServer
  private let name: String

  public init() throws {
    let name = "test-\(UUID().uuidString.prefix(8).lowercased())"
    self.name = name
    url = try PrivateDatabaseServer.run("start", name)
    server = try DatabaseServer(url: url)
  }

  deinit { _ = try? PrivateDatabaseServer.run("stop", name, "immediate") }

  /// Kills it and starts it again: a crash.
  public func crash() throws { _ = try PrivateDatabaseServer.run("restart", name, "immediate") }

  /// Stops it, until ``comeBack()``.
  public func goAway() throws { _ = try PrivateDatabaseServer.run("pause", name, "fast") }

  public func comeBack() throws { _ = try PrivateDatabaseServer.run("continue", name) }

  private static let script = URL(filePath: #filePath)
    .appending(path: "../../../../../Tests/postgresql.sh").standardized.path

  /// Runs the script and answers with its last line.
  private static func run(_ words: String...) throws -> String {
    let errors = FileManager.default.temporaryDirectory.path + "/monarch-postgresql-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: errors) }
    let child = try ChildProcess("bash", [script] + words, errors: errors)
    let deadline = ContinuousClock.now + .seconds(90)
    var last = ""
    while let line = child.nextOutputLine(until: deadline) { last = line }
    guard try child.waitForEnding(within: .seconds(1)) == .exited(0) else {
      throw Failure(description: "postgresql.sh \(words): \(LogTail.of(errors, lines: 20))")
    }
    return last
  }
}
