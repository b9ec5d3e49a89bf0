import Cluster
import MSNP
import NotificationServer

/// What operators' commands ask of a running `monarch dev` that is no account's affair.
struct RunningService: Sendable {
  /// Who is signed in, the latest first; at most so many.
  var sessions: @Sendable (Int) -> [SessionLine] = { _ in [] }
  var session: @Sendable (UserHandle) -> SessionLine? = { _ in nil }
  /// Acts as if a cluster's bus had brought the event.
  var tell: @Sendable (ClusterEvent) -> Void = { _ in }
}

/// A session on one line of a list.
struct SessionLine: Hashable, Sendable, Codable {
  /// As the bus tells it: `ClusterEvent/presence(_:)`.
  var state: String
  /// Seconds since 1970.
  var since: Int64
}

extension SessionLine {
  init(_ session: (state: SessionState, since: Int64)) {
    self.init(state: ClusterEvent.presence(session.state).text, since: session.since)
  }
}

extension RunningService {
  init(_ node: NotificationNode) {
    self.init(
      sessions: { node.sessions(limit: $0).map(SessionLine.init) },
      session: { node.session(of: $0).map(SessionLine.init) },
      tell: { node.receive([$0.text], over: .notification, from: FolderDesk.run) })
  }
}
