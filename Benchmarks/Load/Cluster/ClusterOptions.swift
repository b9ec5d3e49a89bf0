import ArgumentParser
import Foundation
import MSNP
import PostgreSQL

/// A cluster that runs on this machine, and what is read of it.
struct ClusterOptions: ParsableArguments {
  @Option(help: "The notification server of those who change their status, and of callers.")
  var subjects = HostPort(host: "127.0.0.11", port: 1863)

  @Option(help: "The notification server of those who watch them, and are called.")
  var watchers = HostPort(host: "127.0.0.12", port: 1863)

  @Option(name: .customLong("node"), help: "A node whose cost is told: NAME=PID@ADMIN. Can be given several times.")
  var nodes: [MeasuredNode] = []

  @Option(help: "The process number of PostgreSQL's first process.")
  var postgresql: Int32?

  @Option(help: "The number of the first user.")
  var first = 0

  /// The registry as a role reads it that may: the URL holds a password, so it comes from the environment.
  func database() throws -> DatabaseURL {
    guard let url = ProcessInfo.processInfo.environment["MONARCH_DATABASE"] else {
      throw ValidationError("set MONARCH_DATABASE, as operator.env of deploy/cluster.sh does")
    }
    return try DatabaseURL(url)
  }
}

/// A node as a process of this machine.
struct MeasuredNode: ExpressibleByArgument {
  let name: String
  let pid: Int32
  let admin: HostPort

  init?(argument: String) {
    let parts = argument.split(separator: "=")
    guard parts.count == 2 else { return nil }
    let place = parts[1].split(separator: "@")
    guard place.count == 2, let pid = Int32(place[0]), let admin = HostPort(place[1]) else { return nil }
    (name, self.pid, self.admin) = (String(parts[0]), pid, admin)
  }
}

extension HostPort: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
