import MSNP
import NIOCore
import Roster

/// How a notification server treats its clients.
public struct NotificationSettings: Sendable {
  /// The time a client has for each step of signing in.
  public var step: TimeAmount
  /// The page that `CVR` and `URL` name, such as `http://messenger.example.org/`.
  public var site: String
  public var limits: ListLimits
  /// How long the forward list may grow under clients from MSNP10, which were made for longer ones.
  public var laterForwardLimit: Int
  /// The time a client has for fetching a ticket before it signs in with it.
  public var ticketStep: TimeAmount
  /// The time between two pings of a client, from MSNP9.
  public var pingInterval: TimeAmount
  /// Whether a client fails the challenge whose product has no known key.
  public var refusesUnknownProducts: Bool
  /// The page that reads mail; nil for a service without mail, as whose clients show none.
  public var mailPage: String?
  /// Whether clients of MSNP6 and later are challenged.
  public var challenges: Bool
  /// The time between two challenges.
  public var challengeInterval: TimeAmount
  /// The time a client has to answer one.
  public var challengePatience: TimeAmount
  public var sources: NotificationSources
  /// The address clients know the server by.
  public var address: HostPort
  /// Where sign-ins that begin now belong.
  var signInPlace: @Sendable () -> SignInPlace = { .here }

  public init(
    step: TimeAmount = .seconds(30), site: String, address: HostPort = HostPort(host: "127.0.0.1", port: 1863),
    limits: ListLimits = ListLimits(), laterForwardLimit: Int = 600, ticketStep: TimeAmount = .seconds(120),
    pingInterval: TimeAmount = .seconds(50), challenges: Bool = true, refusesUnknownProducts: Bool = false,
    mailPage: String? = nil,
    challengeInterval: TimeAmount = .minutes(5), challengePatience: TimeAmount = .seconds(50),
    sources: NotificationSources = .system
  ) {
    self.step = step
    self.site = site
    self.address = address
    self.limits = limits
    self.laterForwardLimit = laterForwardLimit
    self.ticketStep = ticketStep
    self.pingInterval = pingInterval
    self.refusesUnknownProducts = refusesUnknownProducts
    self.mailPage = mailPage
    self.challenges = challenges
    self.challengeInterval = challengeInterval
    self.challengePatience = challengePatience
    self.sources = sources
  }
}

/// One copy of the settings for all sessions of a node; one in each would be two hundred bytes of it.
final class SharedSettings: Sendable {
  let value: NotificationSettings

  init(_ value: NotificationSettings) { self.value = value }
}

extension NotificationSettings {
  /// How long lists may grow under a client of this dialect.
  func limits(in dialect: Dialect) -> ListLimits {
    guard dialect.has(.contactGUIDs) else { return limits }
    var later = limits
    later.forward = max(limits.forward, laterForwardLimit)
    return later
  }
}
