import MSNP

/// How each dialect writes what the tests of dialects against each other need, from the reference's tables and apart
/// from the servers' own encoders.
///
/// | | 2-4 | 5-6 | 7 | 8 | 9 | 10 | 11 | 12 |
/// |---|---|---|---|---|---|---|---|---|
/// | capabilities in `CHG`, `ILN`, `NLN` | - | - | - | yes | yes | yes | yes | yes |
/// | object there | - | - | - | - | yes | yes | yes | yes |
/// | list versions in answers | yes | yes | yes | yes | yes | - | - | - |
/// | phone numbers | - | yes | yes | yes | yes | yes | yes | yes |
/// | contacts by GUID, `ADC`, `PRP MFN` | - | - | - | - | - | yes | yes | yes |
/// | personal messages | - | - | - | - | - | - | yes | yes |
/// | capabilities in `IRO`, `JOI` | - | - | - | - | - | - | - | yes |
/// | `MSG n D` | - | - | - | - | yes | yes | yes | yes |
public struct DialectWriting: Sendable {
  public let dialect: Dialect

  public init(_ dialect: Dialect) { self.dialect = dialect }

  public var hasCapabilities: Bool { dialect >= .msnp8 }
  public var hasObject: Bool { dialect >= .msnp9 }
  public var hasVersions: Bool { dialect <= .msnp9 }
  public var hasNumbers: Bool { dialect >= .msnp5 }
  public var hasContactGUIDs: Bool { dialect >= .msnp10 }
  public var hasPersonalMessages: Bool { dialect >= .msnp11 }
  public var hasCapabilitiesOfMembers: Bool { dialect >= .msnp12 }
  public var hasData: Bool { dialect >= .msnp9 }
  public var hasChallenges: Bool { dialect >= .msnp6 }
  public var hasTickets: Bool { dialect >= .msnp8 }
  public var hasSubscriptions: Bool { dialect >= .msnp11 }

  /// What somebody looks like who uses this dialect.
  public func look(
    _ who: String, named name: String, _ status: String, object: String? = nil
  ) -> Look {
    Look(
      handle: ScriptedClient.handle(who), name: name, status: status,
      capabilities: PlayScope.capabilities[dialect] ?? "0", object: hasObject ? object : nil)
  }

  /// A person as others see it, with all that any dialect shows.
  public struct Look: Hashable, Sendable {
    public var handle: String
    public var name: String
    public var status: String
    public var capabilities: String
    public var object: String?

    public init(handle: String, name: String, status: String, capabilities: String, object: String? = nil) {
      self.handle = handle
      self.name = name
      self.status = status
      self.capabilities = capabilities
      self.object = object
    }
  }

  // MARK: Presence

  /// `CHG n NLN 24`, which the server repeats.
  public func change(_ number: Int, to look: Look) -> String {
    words("CHG \(number) \(look.status)", shown(look))
  }

  /// `ILN n NLN bob@example.com Bob 24`
  public func initial(_ number: Int, _ look: Look) -> String {
    words("ILN \(number) \(look.status) \(look.handle) \(look.name)", shown(look))
  }

  /// `NLN NLN bob@example.com Bob 24`
  public func now(_ look: Look) -> String { words("NLN \(look.status) \(look.handle) \(look.name)", shown(look)) }

  private func shown(_ look: Look) -> [String?] {
    [hasCapabilities ? look.capabilities : nil, hasObject ? look.object : nil]
  }

  // MARK: Conversations

  /// `IRO 1 1 1 alice@example.com Alice 1342554172`
  public func present(_ index: Int, of total: Int, _ look: Look) -> String {
    words("IRO 1 \(index) \(total) \(look.handle) \(look.name)", [hasCapabilitiesOfMembers ? look.capabilities : nil])
  }

  /// `JOI bob@example.com Bob 1342554172`
  public func joined(_ look: Look) -> String {
    words("JOI \(look.handle) \(look.name)", [hasCapabilitiesOfMembers ? look.capabilities : nil])
  }

  private func words(_ line: String, _ more: [String?]) -> String {
    ([line] + more.compactMap(\.self)).joined(separator: " ")
  }
}
