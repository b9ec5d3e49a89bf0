import NIOCore

/// A property of an account that contacts may see: `PRP` and `BPR`, from MSNP5.
public enum ContactProperty: String, CaseIterable, Sendable, WireArgument {
  case homePhone = "PHH"
  case workPhone = "PHW"
  case mobilePhone = "PHM"
  /// `Y` when contacts may page the mobile device.
  case mobileAllowed = "MOB"
  /// `Y` when there is a mobile device.
  case mobileEnabled = "MBE"
  /// What an MSN Direct watch may be sent: 0, 1 or 2 (MSNP9).
  case directDevice = "WWE"
  /// `1` when the person keeps a Space, which clients of MSNP11 mark.
  case hasSpace = "HSB"

  /// The longest encoded value of a phone number in bytes; more closes the connection.
  public static let maximumEncodedLength = 95

  /// Those that clients of every dialect know.
  public static let common: [ContactProperty] = [.homePhone, .workPhone, .mobilePhone, .mobileAllowed, .mobileEnabled]

  /// Those of others a client is shown, in the order of the burst. A dialect has them all or the first four.
  public static let shown: [ContactProperty] = [
    .homePhone, .workPhone, .mobilePhone, .mobileAllowed, .directDevice, .hasSpace,
  ]

  public var dialects: ClosedRange<Dialect> {
    switch self {
    case .homePhone, .workPhone, .mobilePhone, .mobileAllowed, .mobileEnabled: .msnp5 ... .msnp21
    case .directDevice: .msnp9 ... .msnp21
    case .hasSpace: .msnp11 ... .msnp21
    }
  }

  /// Whether a client of the dialect is told of it. The four that every client knows are told also while they are unset.
  public func isRead(in dialect: Dialect, isSet: Bool) -> Bool {
    dialects.contains(dialect) && (isSet || dialects.lowerBound == .msnp5)
  }

  /// Whether an unset one is left out of what its owner reads, or has a value all the same.
  public var isSwitch: Bool { self == .mobileAllowed || self == .mobileEnabled }

  public var longest: Int { rawValue.utf8.count }
  public func write(to span: inout OutputRawSpan) { span.append(text: rawValue) }
}

/// The properties of one account. Unset phones are absent; unset switches read `N`.
public struct ContactProperties: Hashable, Sendable {
  private var values: [ContactProperty: String]
  public init(_ values: [ContactProperty: String] = [:]) { self.values = values }

  /// What somebody sees who may see nothing: no numbers and `MOB N`.
  public static let blank = ContactProperties()

  /// The decoded value, `N` for an unset switch; nil for an unset phone.
  public subscript(property: ContactProperty) -> String? {
    get {
      switch property {
      case .homePhone, .workPhone, .mobilePhone, .directDevice, .hasSpace: values[property]
      case .mobileAllowed: values[.mobileEnabled] == "Y" ? values[property] ?? "N" : "N"
      case .mobileEnabled: values[property] ?? "N"
      }
    }
    set { values[property] = newValue }
  }

  public var isBlank: Bool { values.isEmpty }

  /// What is set, as the store keeps it.
  public var stored: [ContactProperty: String] { values }
}

/// A decoded text that stands percent-encoded in a line.
public struct EncodedText: WireArgument {
  public let text: String
  public init(_ text: String) { self.text = text }
  public var longest: Int { text.utf8.count * 3 }
  public func write(to span: inout OutputRawSpan) { PercentEncoding.write(text, to: &span) }
}
