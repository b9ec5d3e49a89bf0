import Cluster
import Foundation
import MSNP
import Testing

@testable import PostgreSQLCluster
@testable import PostgreSQLStore

/// A PostgreSQL of a test's own, which it may kill: `Tests/postgresql.sh`.
private struct PrivateDatabase: Sendable {
  struct Failed: Error {}

  private let name = "test-\(UUID().uuidString)"
  private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "postgresql.sh").path

  /// Runs the script and answers with its last line.
  @discardableResult
  func run(_ action: String, _ mode: String = "fast") async throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["bash", PrivateDatabase.script, action, name, mode]
    // A file: the server would keep a pipe open for as long as it runs.
    let output = FileManager.default.temporaryDirectory.appending(path: "\(name).\(action)")
    try Data().write(to: output)
    defer { try? FileManager.default.removeItem(at: output) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    let status: Int32 = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    guard status == 0 else { throw Failed() }
    let text = try String(contentsOf: output, encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).last.map { String($0) } ?? ""
  }
}

@Suite(
  "A database that crashes under a cluster", .serialized, .enabled(if: TestCluster.base != nil, TestCluster.missing))
struct CrashTests {
  @Test("everybody finds back under the run it had, and nobody is taken for dead")
  func crash() async throws {
    let database = PrivateDatabase()
    let cluster = try TestCluster(at: try await database.run("start"))
    let names = ["ns-1", "ns-2", "ns-3"]
    var members: [(node: ClusterNode, witness: Witness)] = []
    for name in names { members.append(try await cluster.started(name)) }
    let runs = members.map(\.node.run)
    try await members[0].witness.wait { [nodes = members.map(\.node)] _ in nodes[0].nodes.count == 3 }

    try await database.run("restart", "immediate")
    for (_, witness) in members { try await witness.wait(for: .missed(nil)) }
    // Long enough to judge: more than three seconds of heartbeats, and one more to see what came of it.
    for _ in 0..<3 { try await members[0].witness.waitForLook() }
    for (node, witness) in members {
      #expect(
        witness.happenings == [.joined(node.run, before: nil), .lost, .joined(node.run, before: nil), .missed(nil)])
    }
    #expect(members.map(\.node.run) == runs)
    members[0].node.send("again", to: .notification)
    try await members[1].witness.wait(for: .received(["again"], .notification, runs[0]))
    for (node, _) in members { await node.stop() }
    try await database.run("stop", "immediate")
  }
}
