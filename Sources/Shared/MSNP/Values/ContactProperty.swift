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

  /// The longest encoded value of a phone number in bytes; more closes the connection.
  public static let maximumEncodedLength = 95

  /// Those of others a client is shown, in the order of the burst.
  public static let shown: [ContactProperty] = [.homePhone, .workPhone, .mobilePhone, .mobileAllowed]

  public func write(to buffer: inout ByteBuffer) { buffer.writeString(rawValue) }
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
      case .homePhone, .workPhone, .mobilePhone: values[property]
      case .mobileAllowed: values[.mobileEnabled] == "Y" ? values[property] ?? "N" : "N"
      case .mobileEnabled: values[property] ?? "N"
      }
    }
    set { values[property] = newValue }
  }

  /// What is set, as the store keeps it.
  public var stored: [ContactProperty: String] { values }
}

/// A decoded text that stands percent-encoded in a line.
public struct EncodedText: WireArgument {
  public let text: String
  public init(_ text: String) { self.text = text }
  public func write(to buffer: inout ByteBuffer) { PercentEncoding.write(text, to: &buffer) }
}
