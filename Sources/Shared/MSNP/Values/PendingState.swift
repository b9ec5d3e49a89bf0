/// Whether somebody who put the account on the forward list has been answered (from MSNP10).
///
/// Clients before MSNP10 know no such thing: for them everybody is on the reverse list.
public enum PendingState: UInt8, Sendable {
  /// On the reverse list.
  case settled = 0
  /// On the pending list.
  case pending = 1
  /// On both: the client has put the contact on the reverse list (`ADC RL`), and has not taken it off the pending list.
  case accepted = 2

  /// The bits of `LST`.
  public var lists: ListMembership {
    switch self {
    case .settled: .reverse
    case .pending: .pending
    case .accepted: [.reverse, .pending]
    }
  }
}
