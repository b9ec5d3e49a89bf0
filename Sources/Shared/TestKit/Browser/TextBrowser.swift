import Foundation
import MSNP

/// w3m, a browser of text, which reads pages as old browsers do: without scripts and without styles.
public enum TextBrowser {
  /// Whether it is on this machine.
  public static var isInstalled: Bool { (try? CommandRun("w3m", ["-version"]))?.hasSucceeded == true }

  /// What it shows of a page. Blocks.
  public static func text(of path: String, at site: HostPort) throws -> String {
    let home = FileManager.default.temporaryDirectory.path + "/monarch-w3m-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: home) }
    let run = try CommandRun(
      "w3m", ["-dump", "-cols", "100", "http://\(site)\(path)"], environment: ["HOME": home, "http_proxy": ""])
    guard run.hasSucceeded else { throw Browser.Failure(description: "w3m: \(run.ending)\n\(run.errors)") }
    return run.output
  }
}
