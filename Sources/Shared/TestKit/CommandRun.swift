import Foundation

/// A program that is run to its end, with nothing to read.
public struct CommandRun: Sendable {
  public let ending: ChildProcess.Ending
  /// What it printed.
  public let output: String
  /// What it said on standard error.
  public let errors: String

  public var hasSucceeded: Bool { ending == .exited(0) }

  /// Runs a program that the system finds by its name. Blocks; one that takes longer than the limit is killed.
  ///
  /// - Parameter environment: set over this process's own environment.
  public init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], limit: Duration = .seconds(30)
  ) throws {
    let errorFile = FileManager.default.temporaryDirectory.path + "/command-errors-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: errorFile) }
    let child = try ChildProcess(program, arguments, environment: environment, errors: errorFile)
    let deadline = ContinuousClock.now + limit
    var lines: [String] = []
    while let line = child.nextOutputLine(until: deadline) { lines.append(line) }
    ending = try child.waitForEnding(within: .seconds(1))
    output = lines.joined(separator: "\n")
    errors = (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? ""
  }
}
