import ArgumentParser
import Cluster
import Foundation
import MSNP
import Store

/// The folder of a running `monarch dev`, for operators' commands that are of use there too.
struct RunningFolder: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The data folder of a running 'monarch dev', in place of a cluster's database and keys.", valueName: "dir"))
  var data: String?

  /// The service that runs there; nil when no folder is given.
  func desk() throws -> (any SessionDesk)? { try data.map { try FolderDesk(DataFolder(path: $0)) } }
}

/// A running `monarch dev`, asked over its administration socket.
final class FolderDesk: SessionDesk {
  /// What stands where clusters have a node's name.
  static let run = NodeRun(name: "monarch dev", epoch: 0)

  private let exchange: SocketExchange

  /// Connects; throws when nothing runs on the folder.
  init(_ folder: DataFolder) throws {
    guard FileManager.default.fileExists(atPath: folder.database) else {
      throw AdministrationFailure("there is no service in the folder \(folder.path): give its folder with --data")
    }
    guard let exchange = try SocketExchange(path: folder.socket) else {
      throw AdministrationFailure(
        "no server runs on the folder \(folder.path): start it with 'monarch dev --data \(folder.path)'")
    }
    self.exchange = exchange
  }

  func sessions(limit: Int) throws(StoreFailure) -> [(session: PlacedSession, since: Int64)] {
    try found(by: .sessions(limit: limit))
  }

  func session(of handle: UserHandle) throws(StoreFailure) -> PlacedSession? {
    try found(by: .session(handle: handle)).first?.session
  }

  /// The channel is one and the same: all roles are one process.
  func send(_ event: String, to channel: BusChannel) throws(StoreFailure) {
    guard case .done = try ask(.tell(event: event)) else { throw FolderDesk.unexpected }
  }

  private static let unexpected = StoreFailure("the running server gave an answer to another question: restart it")

  private func found(
    by request: AdministrationRequest
  ) throws(StoreFailure) -> [(session: PlacedSession, since: Int64)] {
    guard case .sessions(let lines) = try ask(request) else { throw FolderDesk.unexpected }
    return lines.compactMap { line in
      guard case .presence(let state)? = ClusterEvent(line.state) else { return nil }
      return (PlacedSession(state: state, run: FolderDesk.run), line.since * 1_000)
    }
  }

  private func ask(_ request: AdministrationRequest) throws(StoreFailure) -> AdministrationReply {
    let reply: AdministrationReply
    do {
      reply = try exchange.ask(request)
    } catch {
      throw StoreFailure("\(error)")
    }
    if case .failed(let reason) = reply { throw StoreFailure(reason) }
    return reply
  }
}
