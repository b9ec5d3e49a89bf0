/// The document that tells MSN Explorer where its services are.
///
///     <<< <Partner ValidUntil="12/25/2026" Version="2026.11.25.00.00.00"><PassportNetwork><Domain Name="default" ...>
struct PartnerDocument {
  let place: PublicURL
  /// Seconds since 1970.
  let now: Int64

  var text: String {
    let children = links.map { "<\($0.name)>\(Markup.escaped($0.url))</\($0.name)>" }.joined()
    return "<Partner ValidUntil=\"\(validUntil)\" Version=\"\(version)\">"
      + "<PassportNetwork><Domain Name=\"default\" DomainSuffix=\"default\"><Id>1</Id><DefaultLCID>0409</DefaultLCID>"
      + "\(children)</Domain></PassportNetwork>"
      + "<Schemata><Schema Name=\"core\" Version=\"1\"/></Schemata></Partner>"
  }

  private var links: [(name: String, url: String)] {
    PartnerDocument.services.map { name, path in (name, "\(place)/login.live.com/\(path)") }
      + PartnerDocument.pages.map { name, path in (name, "\(place)/\(path)") }
  }

  /// What has to be on this server, under the name of the host where it was.
  private static let services = [
    ("XMLLogin", "ppsecure/clientpost.srf"),
    ("XMLProfileRequest", "ppsecure/ClientProfileRequest.srf"),
    ("XMLLogout", "logoutxml.srf"),
    ("PPAuth", "login.srf"),
    ("Auth1dot4", "login2.srf"),
    ("PPAuthSecure", "ppsecure/secure.srf"),
    ("DAExpireCookie", "expirecookie.srf"),
    ("Logout", "logout.srf"),
    ("PPLogout", "logout.srf"),
    ("DigestLogin", "digest.srf"),
    ("PasswordReset", "resetpw.srf"),
    ("PrivacyPolicy", "gls.srf"),
    ("CustomerService", "gls.srf"),
    ("LWAAuth", "wlogin.srf"),
    ("MobileXMLLogin", "mobilelogin.srf"),
    ("MobileXMLLogout", "mobilelogout.srf"),
    ("MobilePost", "ppsecure/post.srf"),
  ]

  private static let pages = [
    ("Registration", "account"), ("MSASignup", "account"), ("XMLRegistration", "account"), ("LogoUrl", "logo.gif"),
    ("SignoutIconUrl", "logo.gif"),
  ]

  /// A month from now; the client looks again then.
  private var validUntil: String {
    let day = CivilDate(daysSince1970: now / 86_400 + 30)
    return "\(day.monthText)/\(day.dayText)/\(day.year)"
  }

  private var version: String {
    let day = CivilDate(daysSince1970: now / 86_400)
    return "\(day.year).\(day.monthText).\(day.dayText).00.00.00"
  }
}

/// A day of the Gregorian calendar.
struct CivilDate: Hashable, Sendable {
  let year: Int64
  let month: Int64
  let day: Int64

  /// Counts years from March, so that a leap day is the last of its year; by eras of 400 years, which are all alike.
  init(daysSince1970: Int64) {
    let days = daysSince1970 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let ofEra = days - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let fromMarch = (5 * ofYear + 2) / 153
    day = ofYear - (153 * fromMarch + 2) / 5 + 1
    month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var monthText: String { month < 10 ? "0\(month)" : "\(month)" }
  var dayText: String { day < 10 ? "0\(day)" : "\(day)" }
}
