import Cluster
import Logging
import MSNP
import NIOCore
import ServerKit

/// A dispatch server: hands out `XFR` by its placement.
public struct DispatchNode: Sendable {
  private let settings: DispatchSession.Settings
  private let placement: any NotificationPlacement
  private let logger: Logger

  public init(_ settings: DispatchSession.Settings, placement: any NotificationPlacement, logger: Logger) {
    self.settings = settings
    self.placement = placement
    self.logger = logger
  }

  /// Serves one connection; on its event loop.
  public func attach(to channel: any Channel) throws {
    let connection = LineConnection(DispatchSession(settings), logger: logger) { [placement] effect, connection in
      switch effect {
      case .place(let handle): connection.answer(.placed(placement.notificationServer(for: handle)))
      }
    }
    try channel.pipeline.syncOperations.addHandler(connection)
  }
}
