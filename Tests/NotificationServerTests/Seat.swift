import Cluster
import Foundation
import Logging
import MSNP
import NIOCore
import NIOEmbedded
import Roster
import ServerKit
import SignIn
import Store
import Synchronization
import Testing

@testable import NotificationServer

extension Logger {
  /// Says nothing.
  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// A connection without a socket, as the board knows it, whose effects nobody carries out.
final class Seat {
  let channel: EmbeddedChannel
  let connection: LineConnection<NotificationSession>
  let id: ConnectionID
  private let effects: NIOLoopBoundBox<[NotificationEffect]>

  init(_ id: UInt64 = 1, on loop: EmbeddedEventLoop = EmbeddedEventLoop()) throws {
    self.id = ConnectionID(id)
    channel = EmbeddedChannel(loop: loop)
    let effects = NIOLoopBoundBox<[NotificationEffect]>([], eventLoop: loop)
    self.effects = effects
    let session = NotificationSession(id: self.id, settings: Stage.settings)
    connection = LineConnection(session, logger: .silent) { effect, _ in effects.value.append(effect) }
    try channel.pipeline.syncOperations.addHandler(connection)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  func reference() throws -> ConnectionReference<NotificationSession> { try #require(connection.reference) }

  /// As which the board has it.
  func member(_ name: String, generation: UInt64) throws -> PresenceBoard.Member {
    PresenceBoard.Member(
      connection: id, handle: try Stage.handle(name), reference: try reference(),
      mark: SessionMark(generation: generation))
  }

  /// Brings the session to where it is told of its contacts, who are all offline.
  func signsIn(_ account: AccountID, _ name: String, watching: [AccountID]) throws {
    try channel.writeInbound(ByteBuffer(string: "VER 1 MSNP2 CVR0\r\nUSR 2 CTP I \(name)@example.com secret\r\n"))
    connection.answer(.answer(.verdict(.judged(account))))
    let roster = SessionRoster(
      handle: try Stage.handle(name), name: try FriendlyName(name.capitalized), privacy: Privacy(),
      forward: AccountSet(watching), version: ListVersion(1))
    connection.answer(.answer(.entered(roster)))
    try channel.writeInbound(ByteBuffer(string: "CHG 3 NLN\r\n"))
    connection.answer(.answer(.watched([])))
    _ = try written()
  }

  /// For which notices the session has asked.
  var asked: [String] {
    effects.value.compactMap {
      guard case .recallNotices(let account, let version) = $0 else { return nil }
      return "recall \(account.rawValue) \(version.rawValue)"
    }
  }

  /// What the client was sent since the last call.
  func written() throws -> String {
    channel.embeddedEventLoop.run()
    var all = ""
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) { all += String(buffer: bytes) }
    return all
  }
}

/// A session on another server.
func placed(
  _ account: AccountID, _ name: String, _ generation: UInt64, _ sequence: UInt64, _ status: Status? = .online,
  audience: Audience = .everyone(except: AccountSet()), on run: NodeRun = NodeRun(name: "ns-2", epoch: 3)
) throws -> PlacedSession {
  let state = SessionState(
    account: account, handle: try Stage.handle(name),
    mark: SessionMark(generation: generation, sequence: sequence),
    presence: try status.map { try Stage.presence(account, name, $0, audience: audience) })
  return PlacedSession(state: state, run: run)
}
