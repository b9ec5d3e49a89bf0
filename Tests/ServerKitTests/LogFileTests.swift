import Foundation
import Logging
import ServerKit
import Testing

/// The log in a file.
@Suite struct LogFileTests {
  @Test func goesOnInANewFileOnceTheOldOneIsMovedAway() throws {
    let path = FileManager.default.temporaryDirectory.path + "/monarch-log-\(UUID().uuidString)"
    defer {
      try? FileManager.default.removeItem(atPath: path)
      try? FileManager.default.removeItem(atPath: path + ".1")
    }
    let log = try LogFile(path: path)
    let logger = log.logger("test", level: .info)
    logger.info("first")
    log.flush()
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    logger.info("second")
    log.reopen()
    logger.info("third")
    log.flush()
    #expect(try lines(path + ".1") == ["first", "second"])
    #expect(try lines(path) == ["third"])
  }

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      String($0.split(separator: " ").last ?? "")
    }
  }
}
