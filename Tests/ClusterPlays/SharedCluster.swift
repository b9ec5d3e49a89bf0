import TestKit
import Testing

/// One cluster for all tests of a suite, for as long as they run.
struct SharedCluster: SuiteTrait, TestScoping {
  @TaskLocal static var current: ClusterServer?

  var isRecursive: Bool { false }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let fixture = try await PlayCast.plan.database
    let cluster = try await onThread { try ClusterServer(fixture, .init(webNodes: 1)) }
    try await SharedCluster.$current.withValue(cluster) { try await function() }
  }
}

extension Trait where Self == SharedCluster {
  static var sharedCluster: SharedCluster { SharedCluster() }
}

extension Trait where Self == ConditionTrait {
  /// A test of real nodes, which need a database.
  static var needsDatabase: ConditionTrait {
    .enabled(if: DatabaseServer.isThere, "\(DatabaseServer.Missing().description)")
  }
}
