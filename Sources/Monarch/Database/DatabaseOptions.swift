import ArgumentParser
import Foundation

/// `--database`, or `MONARCH_DATABASE` in the environment.
struct DatabaseOptions: ParsableArguments {
  static let variable = "MONARCH_DATABASE"

  @Option(
    help: ArgumentHelp(
      """
      The cluster's database, such as postgresql://monarch@db.example.org/monarch; the environment's \
      \(DatabaseOptions.variable) if not given, which no list of processes shows.
      """, valueName: "url"))
  var database: String?

  /// The address of the database; nil when none is given.
  var url: String? { database ?? ProcessInfo.processInfo.environment[DatabaseOptions.variable] }

  func requiredURL() throws -> String {
    guard let url else {
      throw ValidationError("Give the database with --database, or in the environment as \(DatabaseOptions.variable).")
    }
    return url
  }
}
