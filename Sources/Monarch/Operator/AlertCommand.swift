import ArgumentParser
import Cluster
import MSNP
import Roster

/// `monarch alert`.
struct AlertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alert", abstract: "Show a message to people who are signed in.",
    discussion: """
      The message appears in a corner of the screen, where alerts of the service always did; a click opens a page. \
      Clients from MSN Messenger 3.0 on show it, older ones nothing, and nobody sees it who comes later.

      Examples:
        monarch alert "Maintenance at six, for ten minutes." --database postgresql:///monarch --keys operator.keys
        monarch alert "Your picture is ready." --to alice@example.com --page http://example.org/alice
        monarch alert "Lunch is ready." --data monarch-data              on a running 'monarch dev'
      """)

  @Argument(help: ArgumentHelp("The message: plain text, some 900 letters at most.", valueName: "text"))
  var text: String

  @Option(help: "Show it to this user alone.", transform: UserHandle.argument)
  var to: UserHandle?

  @Option(help: ArgumentHelp("What a click opens; the service's own page if not given.", valueName: "url"))
  var page: String?

  @OptionGroup var folder: RunningFolder
  @OptionGroup var cluster: SendingOptions

  func run() throws {
    let alert: Alert
    do throws(Alert.Refusal) {
      alert = try Alert(number: .random(in: 1...UInt32(Int32.max)), text: text, page: page)
    } catch {
      throw ValidationError(AlertCommand.cure(error))
    }
    let desk: any SessionDesk = try folder.desk() ?? cluster.desk()
    print(try AlertCommand.order(alert, to: to, at: desk))
  }

  static func order(_ alert: Alert, to handle: UserHandle?, at desk: some SessionDesk) throws -> String {
    guard let handle else {
      try desk.send(ClusterEvent.alert(alert, to: nil).text, to: .notification)
      return "The alert is on its way to everybody who is signed in."
    }
    guard let session = try desk.session(of: handle) else {
      throw AdministrationFailure("\(handle) is not signed in: 'monarch sessions' shows who is")
    }
    try desk.send(ClusterEvent.alert(alert, to: session.state.account).text, to: .node(session.run.name))
    return "The alert is on its way to \(handle), on \(session.run.name)."
  }

  private static func cure(_ refusal: Alert.Refusal) -> String {
    switch refusal {
    case .empty: "There is nothing to show: give a text."
    case .tooLong: "The text is longer than clients take: make it shorter than 900 letters."
    case .page: "--page has to be an address like http://example.org/page, without blanks."
    }
  }
}
