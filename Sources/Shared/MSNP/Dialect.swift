/// A version of the protocol, as a client names it in `VER`.
public enum Dialect: UInt8, CaseIterable, Comparable, Sendable {
  case msnp2 = 2
  case msnp3, msnp4, msnp5, msnp6, msnp7, msnp8, msnp9, msnp10, msnp11, msnp12
  case msnp13, msnp14, msnp15, msnp16, msnp17, msnp18, msnp19, msnp20, msnp21

  /// The dialects this service speaks.
  public static let spoken: ClosedRange<Dialect> = .msnp2 ... .msnp12

  /// The name on the wire, such as `MSNP7`.
  public var name: String { "MSNP\(rawValue)" }

  /// The dialect of that name, compared without case (the draft's rule); nil for names of no dialect, `CVR0` among them.
  public init?(name: some StringProtocol) {
    guard name.utf8.count > 4, name.prefix(4).uppercased() == "MSNP", name.utf8.dropFirst(4).first != UInt8(ascii: "0"),
      let number = UInt8(decimal: name.utf8.dropFirst(4))
    else { return nil }
    self.init(rawValue: number)
  }

  public static func < (left: Dialect, right: Dialect) -> Bool { left.rawValue < right.rawValue }

  /// Whether this dialect has the feature. Handlers and encoders ask this; none compares version numbers.
  public func has(_ feature: Feature) -> Bool { feature.dialects.contains(self) }
}

extension Dialect {
  /// What changed from one dialect to another, in one place (the reference's table "what changed with each version").
  public enum Feature: Sendable, CaseIterable {
    /// `USR n CTP`: the password in clear text.
    case clearTextSignIn
    /// `USR n MD5` and `INF`.
    case digestSignIn
    /// `XFR n NS host:port 0`.
    case transferFlag
    /// The dispatch server's own address at the end of `XFR n NS`.
    case transferOrigin
    /// The friendly name in `USR n OK`.
    case nameInSignIn
    /// The verified flag in `USR n OK`.
    case verifiedFlag
    /// The restricted flag in `USR n OK`.
    case restrictedFlag
    /// The whole set of headers in the profile message, not just the sign-in time.
    case fullProfile
    /// The client's address in the profile message.
    case clientAddressInProfile
    /// List versions in the replies to list changes.
    case listVersions
    /// `PRP`, `BPR` and phone numbers.
    case properties
    /// Contact groups, in `LSG`, `ADG`, `RMG`, `REG` and the last arguments of `LST`, `ADD` and `REM`.
    case groups
    /// Challenges of the client: `CHL` and `QRY`.
    case challenges
    /// The product id enters the answer to a challenge, not just its key.
    case productInChallenge
    /// Capabilities in `CHG`, `ILN` and `NLN`.
    case capabilities
    /// The object of the display picture in `CHG`, `ILN` and `NLN`.
    case objects
    /// `UUX` and `UBX`: what a person says under its name.
    case personalMessages
    /// Capabilities in `IRO` and `JOI`.
    case capabilitiesOnSwitchboard
    /// `MSG n D`: acknowledged data.
    case acknowledgedData
    /// `SDC`, an invitation by mail with a text of its own.
    case mailInvitationText
    /// The handle at the end of `CVR`.
    case handleInVersion
    /// The number of the Passport site in `URL`.
    case siteInPageAddress
    /// `USR n TWN`: a ticket from the web role.
    case ticketSignIn
    /// One `LST` a contact with the bits of all its lists, and no numbers of transaction or version in the burst.
    case combinedLists
    /// Contacts and groups by GUID, `ADC` and `SBP`; the own name is a property.
    case contactGUIDs
    /// Two times in place of the list version in `SYN`.
    case listStamps
    /// The number of the network in `LST`.
    case networkInLists
    /// People on the reverse list who wait for an answer.
    case pendingList
    /// The seconds until the next `PNG` in `QNG`.
    case pingInterval
    /// `SBS 0 null` at sign-in, and `GSB`.
    case subscriptions
    /// `GCF` when the client asks for it.
    case shields
    /// The header that says the address book is of the new kind.
    case addressBookHeader
    /// `PGD` in place of `PAG`.
    case pagesByKind
    /// `NOT`: messages of the service.
    case alerts
    /// The first word of mail after the first `CHG`.
    case mailCounts
    /// Its counts in XML.
    case mailCountsInXML

    public var dialects: ClosedRange<Dialect> {
      switch self {
      case .clearTextSignIn: .msnp2 ... .msnp2
      case .digestSignIn: .msnp2 ... .msnp7
      case .transferFlag: .msnp3 ... .msnp21
      case .transferOrigin: .msnp7 ... .msnp12
      case .nameInSignIn: .msnp2 ... .msnp9
      case .verifiedFlag: .msnp6 ... .msnp21
      case .restrictedFlag: .msnp8 ... .msnp21
      case .fullProfile: .msnp3 ... .msnp21
      case .clientAddressInProfile: .msnp8 ... .msnp21
      case .listVersions: .msnp2 ... .msnp9
      case .properties: .msnp5 ... .msnp21
      case .groups: .msnp7 ... .msnp12
      case .challenges: .msnp6 ... .msnp21
      case .productInChallenge: .msnp11 ... .msnp21
      case .capabilities: .msnp8 ... .msnp21
      case .objects: .msnp9 ... .msnp21
      case .personalMessages: .msnp11 ... .msnp21
      case .capabilitiesOnSwitchboard: .msnp12 ... .msnp21
      case .acknowledgedData: .msnp9 ... .msnp21
      case .mailInvitationText: .msnp5 ... .msnp21
      case .handleInVersion: .msnp8 ... .msnp21
      case .siteInPageAddress: .msnp3 ... .msnp21
      case .ticketSignIn: .msnp8 ... .msnp14
      case .combinedLists: .msnp8 ... .msnp12
      case .contactGUIDs: .msnp10 ... .msnp21
      case .listStamps: .msnp10 ... .msnp12
      case .networkInLists: .msnp12 ... .msnp12
      case .pendingList: .msnp10 ... .msnp21
      case .pingInterval: .msnp9 ... .msnp21
      case .subscriptions: .msnp11 ... .msnp21
      case .shields: .msnp11 ... .msnp12
      case .addressBookHeader: .msnp10 ... .msnp21
      case .pagesByKind: .msnp9 ... .msnp21
      case .alerts: .msnp5 ... .msnp21
      case .mailCounts: .msnp3 ... .msnp21
      case .mailCountsInXML: .msnp11 ... .msnp21
      }
    }
  }
}
