import MSNP

/// What a play is played on: one server, or a cluster of which each actor has a node.
///
/// For use on one thread.
public protocol PlayStage: TicketDesk {
  /// What `{port}` stands for.
  var port: Int { get }

  /// Where a seat such as `alice@NS` connects to.
  ///
  /// - Parameter firstLine: the line that the client is about to say; nil if it has not come to that. Nil is answered
  ///   when the stage cannot tell without it: the client then connects when it says its first line.
  func address(of target: PlayTarget, for seat: String, firstLine: [UInt8]?) -> HostPort?

  /// The play's bytes as they go over the wire.
  func sent(_ bytes: [UInt8]) -> [UInt8]

  /// What came over the wire for a seat, as the play tells it.
  func heard(_ line: ServerLine, by seat: String) -> ServerLine

  /// Returns once everything that was caused so far has reached those whom it concerns, or is on the way to them from
  /// the very server that they are connected to.
  func settle() throws

  /// The ends of the logs, for the message of a play that fails.
  var troubles: String { get }
}

/// Where a play connects to.
public enum PlayTarget: Sendable {
  case dispatch, notification, switchboard
  /// As a line named it before.
  case address(HostPort)
}

extension DevServer: PlayStage {
  public func address(of target: PlayTarget, for seat: String, firstLine: [UInt8]?) -> HostPort? {
    switch target {
    case .dispatch: dispatch
    case .notification: notification
    case .switchboard: switchboard
    case .address(let address): address
    }
  }

  public func sent(_ bytes: [UInt8]) -> [UInt8] { bytes }
  public func heard(_ line: ServerLine, by seat: String) -> ServerLine { line }

  /// One process has nothing under way between servers.
  public func settle() {}

  public var troubles: String { log() + "\n" + errors() }
}
