import ArgumentParser
import Foundation
import MSNP

/// What was said with somebody who keeps a history.
struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Print what a user's message history holds.",
    discussion: """
      Users keep a history only if they switched that on at their account page. Times are UTC.

      Examples:
        monarch history alice@example.com
        monarch history alice@example.com --since 2026-10-01
        monarch history alice@example.com --json | jq -r .text
      """)

  @Argument(help: UserHandle.help, transform: UserHandle.argument)
  var email: UserHandle

  @Option(
    help: ArgumentHelp(
      "Nothing that is older: a day such as 2026-10-01, or a time such as 2026-10-01T18:00:00Z.", valueName: "date"),
    transform: HistoryCommand.time)
  var since: Int64?

  @Flag(help: "Print a JSON object a line for each message.")
  var json = false

  @OptionGroup var data: DataOption

  private static let page = 200

  func run() async throws {
    var text = HistoryText()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try await data.administer { administration in
      var last: HistoryLine?
      while true {
        let page = try await administration.history(
          of: email, since: since ?? 0, after: last, limit: HistoryCommand.page)
        guard let page else { throw data.noSuchUser(email) }
        for message in page {
          let output = json ? String(decoding: try encoder.encode(message), as: UTF8.self) : text.lines(of: message)
          try FileHandle.standardOutput.write(contentsOf: Data("\(output)\n".utf8))
        }
        guard page.count == HistoryCommand.page else { break }
        last = page.last
      }
    }
    if text.isEmpty, !json { print("There is nothing in the history of \(email).") }
  }

  /// Milliseconds since 1970.
  @Sendable static func time(_ text: String) throws -> Int64 {
    let day = Date.ISO8601FormatStyle().year().month().day()
    guard let date = (try? Date(text, strategy: .iso8601)) ?? (try? Date(text, strategy: day)) else {
      throw ValidationError("'\(text)' is neither a day such as 2026-10-01 nor a time such as 2026-10-01T18:00:00Z.")
    }
    return Int64((date.timeIntervalSince1970 * 1_000).rounded(.down))
  }
}

/// A history for people to read: a head for each conversation, and again wherever another one came between.
///
///     2026-11-26  alice@example.com, bob@example.com
///       18:00:03  Bob (bob@example.com): hello
struct HistoryText {
  private var head: String?

  var isEmpty: Bool { head == nil }

  mutating func lines(of message: HistoryLine) -> String {
    let date = Date(milliseconds: message.time)
    let day = date.formatted(.iso8601.year().month().day())
    let time = date.formatted(.iso8601.time(includingFractionalSeconds: false))
    let people = message.people.map(\.text).joined(separator: ", ")
    let said = HistoryText.printable(message.text).split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "\n            ")
    let line = "  \(time)  \(HistoryText.printable(message.name)) (\(message.sender)): \(said)"
    let next = "\(day) \(message.conversation) \(people)"
    defer { head = next }
    guard next != head else { return line }
    return (head == nil ? "" : "\n") + "\(day)  \(people)\n\(line)"
  }

  /// What others have written must not move the cursor or do worse to a terminal.
  private static func printable(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
      scalars.append(isControl ? "\u{fffd}" : scalar)
    }
    return String(scalars)
  }
}
