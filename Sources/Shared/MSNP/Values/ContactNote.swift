/// What an account keeps of one of its contacts beside the name, for its clients alone: `SBP` from MSNP10.
///
///     >>> SBP 16 aaaaaaaa-0000-0000-0000-000000000001 PHM tel:+15555550100
public enum ContactNote: String, CaseIterable, Sendable {
  case mobilePhone = "PHM"
  case mobileAllowed = "MOB"
  case directDevice = "WWE"
  case hasSpace = "HSB"

  /// The property of the contact's own that it stands in for while the contact shows none.
  public var property: ContactProperty {
    switch self {
    case .mobilePhone: .mobilePhone
    case .mobileAllowed: .mobileAllowed
    case .directDevice: .directDevice
    case .hasSpace: .hasSpace
    }
  }
}
