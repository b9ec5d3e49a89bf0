import Foundation
import MSNP

/// A folder of plays, `*.msnp`, with the parts they share in `parts/`.
public struct PlayLibrary: Sendable {
  /// Every play that can be read, by name.
  public let plays: [String: Play]
  /// Why the others cannot.
  public let errors: [PlaySyntaxError]

  public init(directory: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    var plays: [String: Play] = [:]
    var errors: [PlaySyntaxError] = []
    for file in names.sorted() where file.hasSuffix(".msnp") {
      let name = String(file.dropLast(5))
      guard let text = try? String(contentsOfFile: "\(directory)/\(file)", encoding: .utf8) else {
        errors.append(PlaySyntaxError(description: "\(file) is not UTF-8"))
        continue
      }
      do {
        plays[name] = try PlayParser.play(text, name: name, parts: PlayLibrary.parts(in: directory))
      } catch {
        errors.append(error)
      }
    }
    self.plays = plays
    self.errors = errors
  }

  /// Reads a play from text, with parts by name; for tests of the language itself.
  public static func read(_ text: String, parts: [String: String] = [:]) throws(PlaySyntaxError) -> Play {
    try PlayParser.play(text, name: "text") { parts[$0] }
  }

  /// Reads a play from text, with the parts of a folder of plays.
  public static func read(_ text: String, partsIn directory: String) throws(PlaySyntaxError) -> Play {
    try PlayParser.play(text, name: "text", parts: parts(in: directory))
  }

  private static func parts(in directory: String) -> PlayParser.Parts {
    { try? String(contentsOfFile: "\(directory)/parts/\($0).msnp", encoding: .utf8) }
  }

  /// Every play with every dialect it is played in.
  public var runs: [PlayRun] {
    plays.values.flatMap { play in play.dialects.map { PlayRun(play: play.name, dialect: $0) } }.sorted()
  }
}

/// A play in a dialect, by name.
public struct PlayRun: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let play: String
  public let dialect: Dialect
  public var description: String { "\(play) in \(dialect.name)" }
  public static func < (left: PlayRun, right: PlayRun) -> Bool {
    (left.play, left.dialect) < (right.play, right.dialect)
  }
}

/// What a play's line `given:` asks for.
public enum PlayGround: String, CaseIterable, Sendable {
  case referenceAccounts = "reference accounts"
  case fullForwardList = "a full forward list"
  case longestForwardList = "the longest forward list"
  case allGroups = "all groups"

  public init(_ given: String) throws(PlaySyntaxError) {
    guard let ground = PlayGround(rawValue: given) else {
      throw PlaySyntaxError(description: "nothing is known of 'given: \(given)'")
    }
    self = ground
  }

  public var plan: FixturePlan {
    switch self {
    case .referenceAccounts: ReferenceAccounts.plan
    case .fullForwardList: ReferenceAccounts.fullForwardListPlan
    case .longestForwardList: ReferenceAccounts.longestForwardListPlan
    case .allGroups: ReferenceAccounts.allGroupsPlan
    }
  }

  /// The data folder that a play's line asks for.
  public static func fixture(_ given: String) async throws -> Fixture { try await PlayGround(given).plan.fixture }
}
