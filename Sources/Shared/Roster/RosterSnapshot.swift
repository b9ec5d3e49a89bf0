import MSNP

/// Everything `SYN` brings, read at one instant.
public struct RosterSnapshot: Hashable, Sendable {
  public struct Group: Hashable, Sendable {
    public var number: GroupNumber
    public var name: String
    public init(number: GroupNumber, name: String) {
      self.number = number
      self.name = name
    }
  }

  public var version: ListVersion
  public var privacyMode: PrivacyMode
  public var reversePrompt: ReversePrompt
  public var properties: ContactProperties
  /// In ascending order, group 0 first.
  public var groups: [Group]
  /// Each list in ascending order of account number.
  public var forward: [ListEntry]
  /// What each forward-list contact lets this account see, in the order of `forward`.
  public var forwardProperties: [ContactProperties]
  public var allow: [ListEntry]
  public var block: [ListEntry]
  public var reverse: [ListEntry]

  public init(
    version: ListVersion, privacyMode: PrivacyMode = .allow, reversePrompt: ReversePrompt = .ask,
    properties: ContactProperties = .blank, groups: [Group] = [], forward: [ListEntry] = [],
    forwardProperties: [ContactProperties] = [], allow: [ListEntry] = [], block: [ListEntry] = [],
    reverse: [ListEntry] = []
  ) {
    self.version = version
    self.privacyMode = privacyMode
    self.reversePrompt = reversePrompt
    self.properties = properties
    self.groups = groups
    self.forward = forward
    self.forwardProperties = forwardProperties
    self.allow = allow
    self.block = block
    self.reverse = reverse
  }

  public func entries(of list: ContactList) -> [ListEntry] {
    switch list {
    case .forward: forward
    case .allow: allow
    case .block: block
    case .reverse: reverse
    }
  }
}

/// What a signed-in session keeps in memory: numbers only, some twenty bytes a contact.
public struct SessionRoster: Hashable, Sendable {
  public var handle: UserHandle
  public var name: FriendlyName
  public var privacy: Privacy
  public var forward: AccountSet
  /// The list version this is the state of.
  public var version: ListVersion

  public init(
    handle: UserHandle, name: FriendlyName, privacy: Privacy, forward: AccountSet, version: ListVersion
  ) {
    self.version = version
    self.handle = handle
    self.name = name
    self.privacy = privacy
    self.forward = forward
  }
}
