import ArgumentParser
import Cluster
import MSNP

struct Kick: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "End a user's session.",
    discussion: """
      Signs the user out. The account stays as it is, and the user may sign in again at once: to keep somebody out, \
      ban the user ('monarch user ban').

      Examples:
        monarch kick alice@example.com --database postgresql:///monarch --keys /etc/monarch/keys/operator.keys
        monarch kick alice@example.com --data monarch-data               on a running 'monarch dev'
      """)

  @Argument(help: UserHandle.help, transform: UserHandle.argument)
  var email: UserHandle

  @OptionGroup var folder: RunningFolder
  @OptionGroup var cluster: SendingOptions

  func run() throws {
    let desk: any SessionDesk = try folder.desk() ?? cluster.desk()
    print(try Kick.order(email, at: desk, patience: Patience()))
  }

  /// Tells the session's node and waits until the session is over.
  static func order(_ handle: UserHandle, at desk: some SessionDesk, patience: Patience) throws -> String {
    guard let session = try desk.session(of: handle) else {
      throw AdministrationFailure("\(handle) is not signed in: 'monarch sessions' shows who is")
    }
    let mark = session.state.mark
    try desk.send(
      ClusterEvent.signOut(session.state.account, generation: mark.generation).text, to: .node(session.run.name))
    let isOver = try patience.wait { try desk.session(of: handle)?.state.mark.generation != mark.generation }
    guard isOver else {
      throw AdministrationFailure(
        "\(session.run.name), where \(handle) is signed in, has not ended the session: see 'monarch nodes' and its log")
    }
    return "\(handle) is signed out of \(session.run.name)."
  }
}
