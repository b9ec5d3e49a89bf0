import Foundation
import TestKit

/// A folder of a test's own, removed with the last reference.
final class TestFolder: Sendable {
  let path = FileManager.default.temporaryDirectory.path + "/monarch-\(UUID().uuidString.prefix(8))"
  var data: String { path + "/data" }

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and answers with its path.
  func file(_ name: String, _ text: String) throws -> String {
    try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    return "\(path)/\(name)"
  }

  /// Runs `monarch user ...` on the data folder to its end.
  func user(_ arguments: String..., input: String? = nil) async throws -> Program.Outcome {
    try await onThread { [path, data] in
      let program = try Program(["user"] + arguments + ["--data", data], folder: path)
      if let input { try program.type(input) }
      return try program.finish()
    }
  }
}

/// Runs `monarch` to its end.
func monarch(_ arguments: [String], in folder: TestFolder) async throws -> Program.Outcome {
  try await onThread { [path = folder.path] in try Program(arguments, folder: path).finish() }
}
