import Cluster
import MSNP

/// The stamps at which an account's looks last changed: for each detail in which lines show them, and of what it says.
///
/// A new picture is nothing to a client of MSNP7, and a new personal message no reason for an `NLN`.
public struct PresenceFaces: Hashable, Sendable {
  private var status: UInt64
  private var capabilities: UInt64
  private var object: UInt64
  /// When it last said something else.
  private(set) var personal: UInt64

  /// Everything changed then.
  public init(_ stamp: UInt64) { (status, capabilities, object, personal) = (stamp, stamp, stamp, stamp) }

  /// When the line that shows an account in this detail last changed.
  func line(showing detail: PresenceDetail) -> UInt64 {
    switch detail {
    case .status: status
    case .capabilities: capabilities
    case .object, .personal: object
    }
  }

  /// The faces of an account that looks different from this stamp on, or only differently to whom.
  func followed(by new: Presence?, after old: Presence?, stamp: UInt64) -> PresenceFaces {
    guard let new, let old else { return PresenceFaces(stamp) }
    var faces = self
    if !new.looksLike(old, showing: .status) { faces.status = stamp }
    if !new.looksLike(old, showing: .capabilities) { faces.capabilities = stamp }
    if !new.looksLike(old, showing: .object) { faces.object = stamp }
    if new.personal != old.personal { faces.personal = stamp }
    return faces
  }
}
