import Credentials
import Logging
import MSNP
import NIOPosix
import Roster
import SignIn
import Store

/// What the pages for people work with.
public struct PageServices: Sendable {
  public var store: any PagesStore
  /// Judges passwords.
  public var door: SignInDoor
  /// The service while it runs: who is there, and whom to tell of changes.
  public var desk: any ServiceDesk
  /// Seals old-client passwords.
  public var seal: PasswordSeal
  /// What a new password's hash costs.
  public var passwordCost: PasswordCost
  /// Threads for hashes.
  public var pool: NIOThreadPool
  /// Seconds since 1970, by the clock that all nodes share.
  public var unixTime: @Sendable () -> Int64
  /// What administrators do is noted there.
  public var logger: Logger

  public init(
    store: any PagesStore, door: SignInDoor, desk: any ServiceDesk, seal: PasswordSeal,
    passwordCost: PasswordCost = .standard, pool: NIOThreadPool, unixTime: @escaping @Sendable () -> Int64,
    logger: Logger = Logger(label: "pages")
  ) {
    self.store = store
    self.door = door
    self.desk = desk
    self.seal = seal
    self.passwordCost = passwordCost
    self.pool = pool
    self.unixTime = unixTime
    self.logger = logger
  }
}

/// Who may make an account on the pages.
public enum Registration: String, Hashable, Sendable, CaseIterable {
  case closed
  case invitation
  case open
}

/// What an operator decides of the pages for people.
public struct PageSettings: Sendable {
  /// What the service is called on its pages.
  public var name: String
  public var registration: Registration
  /// How long messages are kept for those who keep a history, in days; 0 for not at all.
  public var historyDays: Int
  /// Where clients find this server, for the pages that say how to connect.
  public var connect: ConnectFacts

  public init(
    name: String = "Monarch", registration: Registration = .invitation, historyDays: Int = 90,
    connect: ConnectFacts = ConnectFacts()
  ) {
    self.name = name
    self.registration = registration
    self.historyDays = historyDays
    self.connect = connect
  }
}

/// Where this web server listens, and the root that vouches for its certificates.
public struct ConnectFacts: Sendable {
  /// Addresses of plain HTTP, of HTTPS for today's clients, and of HTTPS for those of Windows XP and before; 0.0.0.0 is
  /// every address.
  public var plain: [HostPort]
  public var modernTLS: [HostPort]
  public var oldTLS: [HostPort]
  /// The root certificate that clients import, in DER; nil when a public authority vouches for the server.
  public var rootCertificate: [UInt8]?

  public init(
    plain: [HostPort] = [], modernTLS: [HostPort] = [], oldTLS: [HostPort] = [], rootCertificate: [UInt8]? = nil
  ) {
    self.plain = plain
    self.modernTLS = modernTLS
    self.oldTLS = oldTLS
    self.rootCertificate = rootCertificate
  }
}
