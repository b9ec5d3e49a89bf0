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
    limits: ListLimits = ListLimits(), challenges: Bool = true,
    challengeInterval: TimeAmount = .minutes(5), challengePatience: TimeAmount = .seconds(50),
    sources: NotificationSources = .system
  ) {
    self.step = step
    self.site = site
    self.address = address
    self.limits = limits
    self.challenges = challenges
    self.challengeInterval = challengeInterval
    self.challengePatience = challengePatience
    self.sources = sources
  }
}
