import MSNP

/// The document that tells MSN Explorer where its services are.
///
///     <<< <Partner ValidUntil="12/25/2026" Version="2026.11.25.00.00.00"><PassportNetwork><Domain Name="default" ...>
struct PartnerDocument {
  let place: PublicURL
  /// The page where accounts are made.
  var registration = "account"
  /// Seconds since 1970.
  let now: Int64

  var text: String {
    let children = links.map { "<\($0.name)>\(XMLText.escaped($0.url))</\($0.name)>" }.joined()
    return "<Partner ValidUntil=\"\(validUntil)\" Version=\"\(version)\">"
      + "<PassportNetwork><Domain Name=\"default\" DomainSuffix=\"default\"><Id>1</Id><DefaultLCID>0409</DefaultLCID>"
      + "\(children)</Domain></PassportNetwork>"
      + "<Schemata><Schema Name=\"core\" Version=\"1\"/></Schemata></Partner>"
  }

  private var links: [(name: String, url: String)] {
    PartnerDocument.services.map { name, path in (name, "\(place)/login.live.com/\(path)") }
      + pages.map { name, path in (name, "\(place)/\(path)") }
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

  private var pages: [(name: String, url: String)] {
    ["Registration", "MSASignup", "XMLRegistration"].map { ($0, registration) }
      + ["LogoUrl", "SignoutIconUrl"].map { ($0, "logo.gif") }
  }

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
