import Credentials
import Foundation
import MSNP
import Roster

/// One line of an import, checked: everything that can be refused without the store has been.
struct ImportLine: Sendable {
  enum Password: Hashable, Sendable {
    case clear(String)
    case hashed(String)
  }

  var number: Int
  var handle: UserHandle
  var name: String?
  var password: Password
  var oldPassword: String?
  var contacts: [UserHandle]
  var blocked: [UserHandle]
  var isAdministrator: Bool
  var isBanned: Bool
  var profile: MemberProfile

  /// Reads the JSON object of a line.
  init(number: Int, json: Data) throws(AdministrationFailure) {
    let user = try ImportLine.decode(json)
    self.number = number
    handle = user.email
    name = user.name
    contacts = user.contacts
    blocked = user.blocked
    isAdministrator = user.admin
    isBanned = user.banned
    profile = try ImportLine.checked(user.profile)
    if let name = user.name { _ = try FriendlyName.checked(name) }
    password = try ImportLine.password(of: user)
    oldPassword = user.oldPassword
    if user.oldClients, oldPassword == nil { oldPassword = user.password }
    if let oldPassword = user.oldPassword { try ImportLine.check(oldPassword, "oldPassword") }
  }

  /// The account to be made. Hashes the password, which takes 30 ms of a core.
  func order(cost: PasswordCost) throws -> AccountOrder {
    let hash =
      switch password {
      case .clear(let password): try PasswordHash.make(password, cost: cost).text
      case .hashed(let hash): hash
      }
    return AccountOrder(
      handle: handle, name: name, password: PasswordOrder(hash: hash, oldPassword: oldPassword),
      isAdministrator: isAdministrator, isBanned: isBanned, profile: profile)
  }

  private static func password(of user: ExchangedUser) throws(AdministrationFailure) -> Password {
    switch (user.password, user.passwordHash) {
    case (let password?, nil):
      try check(password, "password")
      return .clear(password)
    case (nil, let hash?):
      guard PasswordHash(text: hash) != nil else { throw .passwordHash }
      guard !user.oldClients || user.oldPassword != nil else {
        throw AdministrationFailure("oldClients needs the password itself, not its hash: give oldPassword instead")
      }
      return .hashed(hash)
    case (nil, nil): throw AdministrationFailure("there is neither 'password' nor 'passwordHash'")
    case (.some, .some): throw AdministrationFailure("there are both 'password' and 'passwordHash': give one of them")
    }
  }

  /// The profile within the bounds of the form on which people fill it in.
  private static func checked(_ profile: MemberProfile) throws(AdministrationFailure) -> MemberProfile {
    do throws(MemberProfile.Refusal) {
      return try MemberProfile(fields: { profile.field($0) })
    } catch {
      throw AdministrationFailure("profile: \(error): write it as 'monarch user export' does")
    }
  }

  private static func check(_ password: String, _ field: String) throws(AdministrationFailure) {
    do throws(PasswordRefusal) {
      try PasswordRule.check(password)
    } catch { throw AdministrationFailure("\(field): \(error)") }
  }
}

extension ImportLine {
  private static func decode(_ json: Data) throws(AdministrationFailure) -> ExchangedUser {
    do {
      return try JSONDecoder().decode(ExchangedUser.self, from: json)
    } catch let failure as AdministrationFailure {
      throw failure
    } catch let error as DecodingError {
      throw AdministrationFailure(words(error))
    } catch { throw AdministrationFailure(notAnObject) }
  }

  private static let notAnObject =
    #"this is not a JSON object such as {"email": "a@example.com", "password": "secret"}"#

  private static func words(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): return "there is no '\(key.stringValue)'"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      guard let field = context.codingPath.first?.stringValue else { return notAnObject }
      return "the field '\(field)' holds the wrong kind of value"
    case .dataCorrupted(let context):
      guard let field = context.codingPath.first?.stringValue else { return notAnObject }
      return "\(field): \(context.debugDescription)"
    @unknown default: return notAnObject
    }
  }
}

extension MemberProfile {
  /// A field under the name that ``init(fields:)`` knows it by.
  fileprivate func field(_ name: String) -> String? {
    switch name {
    case "full-name": fullName
    case "city": city
    case "country": country
    case "postal-code": postalCode
    case "language": language.map { String($0) }
    case "birthday": birthday?.text
    case "gender": gender?.rawValue
    case "about": about
    case "audience": audience.rawValue
    default: nil
    }
  }
}
