import ArgumentParser
import Cluster
import Foundation
import MSNP

struct Sessions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List who is signed in.",
    discussion: """
      The latest first. STATUS is what others see, in the protocol's words: NLN online, BSY busy, IDL idle, BRB be right \
      back, AWY away, PHN on the phone, LUN out to lunch; hidden for who shows as offline or has said nothing yet.

      Examples:
        monarch sessions --limit 20 --database postgresql:///monarch
        monarch sessions --data monarch-data                             of a running 'monarch dev'
      """)

  @Option(help: ArgumentHelp("At most so many lines.", valueName: "n"))
  var limit = 100

  @OptionGroup var folder: RunningFolder
  @OptionGroup var cluster: ClusterOptions

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit \(limit): give a number from 1.") }
  }

  func run() throws {
    let desk: any SessionDesk = try folder.desk() ?? cluster.desk()
    print(Sessions.text(try desk.sessions(limit: limit), limit: limit))
  }

  static func text(_ sessions: [(session: PlacedSession, since: Int64)], limit: Int) -> String {
    guard !sessions.isEmpty else { return "Nobody is signed in." }
    var table = TextTable(head: ["USER", "NODE", "STATUS", "SINCE"])
    for (session, since) in sessions {
      let status = session.state.presence?.status.rawValue ?? "hidden"
      table.add([session.state.handle.text, session.run.name, status, Date(milliseconds: since).column])
    }
    guard sessions.count == limit else { return table.text }
    return table.text + "\nThere may be more: --limit \(limit * 10) shows them."
  }
}
