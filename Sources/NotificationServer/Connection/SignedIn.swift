import Cluster
import MSNP
import NIOCore
import Roster
import ServerKit

/// What a notification server remembers of a signed-in client: numbers and flags, a few hundred bytes and twenty a
/// contact. Names and lists stay in the store.
struct SignedIn: Sendable {
  let account: AccountID
  let handle: UserHandle
  var name: FriendlyName
  var privacy = Privacy()
  /// The forward list and what the client was last told of each contact.
  var watches = WatchList()
  /// Nil before the first `CHG`: until then nobody is told of the session, and it of nobody.
  var status: Status?
  /// What the last `CHG` said of the client, and the last `UUX`; that one may come before the first `CHG`.
  var capabilities = Capabilities.none
  var object: MSNObject?
  var personal: PersonalMessage?
  /// Whether the client has its lists; changes that others make before that come with the lists.
  var isSynchronised = false
  /// The list version that the client was told last.
  var told = ListVersion(0)
  /// Notices that came while the lists were being read.
  var heldNotices: [NoticeQueue.Batch]?
  var notices = NoticeQueue()
  /// `IMS OFF`: takes no calls and makes none.
  var takesCalls = true
  var challenges = OutstandingChallenges()
  var times: SessionTimes
  /// Whether the client comes through the HTTP gateway.
  var isThroughGateway = false
  var budgets: CommandBudgets

  /// How others see the session; nil while they see it offline.
  var presence: Presence? {
    guard let status, status.isVisible else { return nil }
    return Presence(
      account: account, handle: handle, name: name, status: status, audience: privacy.audience,
      capabilities: capabilities, object: object, personal: personal)
  }

  /// Whether a switchboard may be asked for and rings taken: the client is there and does not hide.
  var isReachable: Bool { status?.isVisible == true && takesCalls }
}
