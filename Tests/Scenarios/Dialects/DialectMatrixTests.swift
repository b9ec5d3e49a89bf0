import MSNP
import TestKit
import Testing

/// Every dialect of the matrix with each other one, and with itself: people who see, rename, add, block and talk to each
/// other, each line of both asserted in the form of whoever reads it (``DialectWriting``).
@Suite struct DialectMatrixTests {
  static let dialects: [Dialect] = [.msnp2, .msnp5, .msnp7, .msnp8, .msnp9, .msnp10, .msnp11, .msnp12]

  @Test(arguments: dialects, dialects)
  func meeting(alice: Dialect, bob: Dialect) async throws {
    try await onDevServer(try await ReferenceAccounts.fixture) { server in
      let meeting = try DialectMeeting(alice, bob, on: server)
      try meeting.presence()
      try meeting.rename()
      try meeting.numbers()
      try meeting.removeAndAdd()
      try meeting.block()
      try meeting.talk()
      try meeting.leave()
    }
  }
}
