import MSNP

/// The document in which clients from MSN Messenger 6.0 on look for their tabs, pages and advertisements. There are none
/// to speak of here; what it names leads to this server, and answers.
struct MessengerConfiguration {
  /// Which client asks; it tells so from MSN Messenger 8 on.
  enum Form: Hashable {
    /// 6.0 to 7.5.
    case first
    /// 8.0 to 8.5.
    case second
    /// 2009 and later: tabs are slots, each with a URL of its own.
    case third

    /// - Parameter version: as in `ver=8.5.1302`; nil for clients that send none.
    init(version: String?) {
      switch version?.split(separator: ".").first.flatMap({ Int($0) }) ?? 0 {
      case ...7: self = .first
      case 8..<14: self = .second
      default: self = .third
      }
    }
  }

  let form: Form
  let place: PublicURL

  var text: String { "<MsgrConfig>\(simple)\(tabs)\(localized)</MsgrConfig>" }

  private var simple: String {
    let host = place.authority.split(separator: ":").first ?? ""
    return "<Simple><Config><ExpiresInDays>0</ExpiresInDays></Config><DisablePhoneDialer>1</DisablePhoneDialer>"
      + "<MinFlashPlayer BuildNumber=\"60\" MajorVersion=\"7\" MinorVersion=\"0\"/>"
      + "<Relay><Enabled>0</Enabled><MaxCallLength>0</MaxCallLength></Relay>"
      + "<TrustedDomains><domain name=\"\(XMLText.escaped(String(host)))\"/></TrustedDomains>"
      + "<ErrorResponseTable><Feature type=\"0\" name=\"Login\"><Entry hr=\"0x80048820\" action=\"3\"/></Feature>"
      + "</ErrorResponseTable></Simple>"
  }

  private var tabs: String {
    let settings =
      "<msntabsettings><oemdisplaylimit>1</oemdisplaylimit><oemtotallimit>1</oemtotallimit></msntabsettings>"
    return form == .third ? "" : "<TabConfig><msntabdata></msntabdata>\(settings)</TabConfig>"
  }

  private var localized: String {
    let slots = form == .third ? "<TabConfig><slots></slots></TabConfig>" : ""
    return "<LocalizedConfig Market=\"en-US\">"
      + "<AdMainConfig><AdBanner20URL Refresh=\"300\">\(url("banner"))</AdBanner20URL>"
      + "<TextAdRefresh>1</TextAdRefresh><TextAdServer>\(url("textad"))</TextAdServer></AdMainConfig>"
      + "<AppDirConfig><AppDirPageURL>\(url("AppDirectory/Directory.aspx"))</AppDirPageURL>"
      + "<AppDirSeviceURL>\(url("AppDirectory/AppDirectory.asmx"))</AppDirSeviceURL>"
      + "<AppDirVersionURL>\(url("AppDirectory/GetAppdirVersion.aspx"))</AppDirVersionURL></AppDirConfig>"
      + "<MsnTodayConfig><MsnTodaySiteID>0</MsnTodaySiteID><MsnTodayURL>\(url("today"))</MsnTodayURL></MsnTodayConfig>"
      + "\(slots)</LocalizedConfig>"
  }

  private func url(_ path: String) -> String { XMLText.escaped("\(place)/\(path)") }
}
