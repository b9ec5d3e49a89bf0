import Cluster
import MSNP
import Roster

/// The service while it runs, as its pages see it: who is there, and whom to tell. Calls throw a `StoreFailure` when the
/// cluster's database is away. None blocks.
public protocol ServiceDesk: Sendable {
  /// Where clients begin: the dispatch servers, or what stands in for them. Those that are alive, in the order of names.
  func dispatchServers() async throws -> [HostPort]

  /// Every node, in the order of names.
  func nodes() async throws -> [NodeRecord]

  /// Whether nodes can be drained one by one; not where all roles are one process.
  var canDrain: Bool { get }

  /// How many people are signed in.
  func signedInCount() async throws -> Int

  /// Who is signed in, the latest first.
  func signedIn(limit: Int) async throws -> [SignedInPerson]

  /// Ends a session; false when there is none.
  func signOut(_ handle: UserHandle) async throws -> Bool

  /// Sends a node's clients elsewhere and ends it; false when there is no such node, or it is dead.
  func drain(_ node: String) async throws -> Bool

  /// Shows a message to everybody who is signed in.
  func announce(_ alert: Alert) async throws

  /// Tells everybody who is signed in that the service goes down in so many minutes.
  func announceMaintenance(minutes: Int) async throws

  /// Brings people what changed on their lists, or of their own names. After the change is committed.
  func post(_ notices: [Notice])

  /// The account is gone, or banned: its session and its conversations end.
  func putOut(_ account: AccountID)
}

/// Somebody who is signed in, as operators see them.
public struct SignedInPerson: Hashable, Sendable {
  public var handle: UserHandle
  /// The name of the node that holds the session.
  public var node: String
  /// What others see; nil for who is hidden or has said nothing yet.
  public var status: Status?
  /// Seconds since 1970; nil when that is not known.
  public var since: Int64?

  public init(handle: UserHandle, node: String, status: Status?, since: Int64?) {
    self.handle = handle
    self.node = node
    self.status = status
    self.since = since
  }
}
