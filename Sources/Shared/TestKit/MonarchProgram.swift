import Foundation

/// The program `monarch`, run to its end.
public enum MonarchProgram {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// Runs a command that has to succeed; answers with what it printed. Blocks.
  ///
  /// - Parameter environment: set over this process's own environment.
  @discardableResult
  public static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> String {
    let errors = FileManager.default.temporaryDirectory.path + "/monarch-errors-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: errors) }
    let child = try ChildProcess(path(), arguments, environment: environment, errors: errors)
    let deadline = ContinuousClock.now + .seconds(30)
    var output: [String] = []
    while let line = child.nextOutputLine(until: deadline) { output.append(line) }
    let ending = try child.waitForEnding(within: .seconds(1))
    guard ending == .exited(0) else {
      let said = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
      throw Failure(description: "monarch \(arguments.joined(separator: " ")): \(ending)\n\(said)")
    }
    return output.joined(separator: "\n")
  }

  /// `monarch` lies where the tests lie, unless MONARCH_EXECUTABLE names another.
  public static func path() throws -> String {
    if let named = ProcessInfo.processInfo.environment["MONARCH_EXECUTABLE"] { return named }
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var folder = URL(fileURLWithPath: own).deletingLastPathComponent()
    for _ in 0..<4 {
      let candidate = folder.appendingPathComponent("monarch").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    throw Failure(description: "no program 'monarch' beside \(own): run swift build, or set MONARCH_EXECUTABLE")
  }
}
