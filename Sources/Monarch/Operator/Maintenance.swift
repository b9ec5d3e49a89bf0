import ArgumentParser
import Cluster

/// `monarch maintenance`.
struct Maintenance: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell people that the service goes down soon.",
    discussion: """
      Every client that is signed in says that the service goes down in so many minutes, and asks its user to finish \
      conversations. Nothing else happens: stop the service yourself when the time has come.

      Examples:
        monarch maintenance 5 --database postgresql:///monarch --keys /etc/monarch/keys/operator.keys
        monarch maintenance 5 --data monarch-data                        on a running 'monarch dev'
      """)

  @Argument(help: ArgumentHelp("In how many minutes, from 1 to 1440.", valueName: "minutes"))
  var minutes: Int

  @OptionGroup var folder: RunningFolder
  @OptionGroup var cluster: SendingOptions

  func validate() throws {
    guard (1...1440).contains(minutes) else {
      throw ValidationError("\(minutes) minutes: give a number from 1 to 1440.")
    }
  }

  func run() throws {
    let desk: any SessionDesk = try folder.desk() ?? cluster.desk()
    print(try Maintenance.order(minutes: minutes, at: desk))
  }

  static func order(minutes: Int, at desk: some SessionDesk) throws -> String {
    try desk.send(ClusterEvent.maintenance(minutes: minutes).text, to: .notification)
    let time = minutes == 1 ? "1 minute" : "\(minutes) minutes"
    return "Everybody who is signed in is being told that the service goes down in \(time)."
  }
}
