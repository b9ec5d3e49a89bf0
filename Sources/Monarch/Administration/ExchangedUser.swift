import MSNP
import Roster

/// One line of the files that `monarch user import` reads and `monarch user export` writes.
///
///     {"email": "alice@example.com", "password": "secret", "name": "Alice", "contacts": ["bob@example.com"]}
struct ExchangedUser: Hashable, Sendable {
  var email: UserHandle
  /// The account password in clear text; a line has either this or `passwordHash`.
  var password: String?
  /// The account password as the store keeps it.
  var passwordHash: String?
  var name: String?
  /// Become contacts of each other.
  var contacts: [UserHandle] = []
  /// Who may not see this user.
  var blocked: [UserHandle] = []
  /// Whether `password` is the old-client password too.
  var oldClients = false
  /// An old-client password of its own.
  var oldPassword: String?
  /// Whether the user administers the service.
  var admin = false
  /// Whether the user may not sign in.
  var banned = false
  var profile = MemberProfile()
}

extension ExchangedUser: Codable {
  enum Field: String, CodingKey, CaseIterable {
    case email
    case password
    case passwordHash
    case name
    case contacts
    case blocked
    case oldClients
    case oldPassword
    case admin
    case banned
    case profile
  }

  private struct AnyField: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Refuses fields it does not know: a misspelt `oldClients` would otherwise show weeks later, at a sign-in.
  init(from decoder: any Decoder) throws {
    let names = try decoder.container(keyedBy: AnyField.self).allKeys.map(\.stringValue)
    if let stranger = names.first(where: { Field(rawValue: $0) == nil }) {
      let known = Field.allCases.map(\.rawValue).joined(separator: ", ")
      throw AdministrationFailure("the field '\(stranger)' is not known; there are \(known)")
    }
    let fields = try decoder.container(keyedBy: Field.self)
    email = try fields.decode(UserHandle.self, forKey: .email)
    password = try fields.decodeIfPresent(String.self, forKey: .password)
    passwordHash = try fields.decodeIfPresent(String.self, forKey: .passwordHash)
    name = try fields.decodeIfPresent(String.self, forKey: .name)
    contacts = try fields.decodeIfPresent([UserHandle].self, forKey: .contacts) ?? []
    blocked = try fields.decodeIfPresent([UserHandle].self, forKey: .blocked) ?? []
    oldClients = try fields.decodeIfPresent(Bool.self, forKey: .oldClients) ?? false
    oldPassword = try fields.decodeIfPresent(String.self, forKey: .oldPassword)
    admin = try fields.decodeIfPresent(Bool.self, forKey: .admin) ?? false
    banned = try fields.decodeIfPresent(Bool.self, forKey: .banned) ?? false
    profile = try fields.decodeIfPresent(MemberProfile.self, forKey: .profile) ?? MemberProfile()
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Field.self)
    try fields.encode(email, forKey: .email)
    try fields.encodeIfPresent(password, forKey: .password)
    try fields.encodeIfPresent(passwordHash, forKey: .passwordHash)
    try fields.encodeIfPresent(name, forKey: .name)
    if !contacts.isEmpty { try fields.encode(contacts, forKey: .contacts) }
    if !blocked.isEmpty { try fields.encode(blocked, forKey: .blocked) }
    if oldClients { try fields.encode(oldClients, forKey: .oldClients) }
    try fields.encodeIfPresent(oldPassword, forKey: .oldPassword)
    if admin { try fields.encode(admin, forKey: .admin) }
    if banned { try fields.encode(banned, forKey: .banned) }
    if profile != MemberProfile() { try fields.encode(profile, forKey: .profile) }
  }
}
