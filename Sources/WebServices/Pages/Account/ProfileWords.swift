import MSNP
import Roster

/// What the fields of a profile are called on pages, and the lists from which two of them are chosen.
enum ProfileWords {
  static func audience(_ audience: MemberProfile.Audience) -> String {
    switch audience {
    case .nobody: "nobody but you"
    case .contacts: "people on your contact list"
    case .everyone: "everybody who has an account here"
    }
  }

  static func gender(_ gender: MemberProfile.Gender) -> String {
    switch gender {
    case .female: "female"
    case .male: "male"
    }
  }

  static func field(_ name: String) -> String {
    switch name {
    case "full-name": "The name"
    case "city": "The town"
    case "postal-code": "The postal code"
    default: "The text about you"
    }
  }

  /// The name of a country; the code itself for one that the list does not have.
  static func country(_ code: String) -> String { Countries.all.first { $0.code == code }?.name ?? code }

  /// The name of a language; its number for one that the list does not have.
  static func language(_ number: Int) -> String {
    Languages.all.first { $0.number == number }?.name ?? "number \(number)"
  }
}
