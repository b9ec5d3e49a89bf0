import Crypto
import Foundation
import MSNP
import Roster

/// What the token service answers. Prefixes are written as they always were, and no blank stands between the tokens:
/// clients compare the names as text and walk from sibling to sibling (third-party clients, RST).
struct TokenDocument: Sendable {
  struct Token: Sendable {
    /// As the client asked for it.
    let site: String
    let ticket: String
  }

  /// Seconds; clients renew what has less than a day.
  static let lifetime: Int64 = 24 * 3_600

  let account: AccountID
  let handle: UserHandle
  /// Seconds since 1970.
  let now: Int64
  let tokens: [Token]

  /// The site that stands for the sign-in itself; its token is a secret for renewals, and no ticket.
  private static let signInSite = "http://Passport.NET/tb"

  var text: String {
    "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Header>\(header)</S:Header><S:Body>"
      + "<wst:RequestSecurityTokenResponseCollection \(TokenDocument.namespaces)>"
      + tokens.enumerated().map { index, token in response(token, index) }.joined()
      + "</wst:RequestSecurityTokenResponseCollection></S:Body></S:Envelope>"
  }

  private var header: String {
    let number = String(UInt64(bitPattern: account.rawValue), radix: 16)
    let padded = String(repeating: "0", count: 16 - number.count) + number
    return TokenDocument.outcome(
      "<psf:PUID>\(padded.uppercased())</psf:PUID><psf:configVersion>16.000.26889.00</psf:configVersion>"
        + "<psf:uiVersion>3.100.2179.0</psf:uiVersion><psf:authstate>0x48803</psf:authstate>"
        + "<psf:reqstatus>0x0</psf:reqstatus><psf:serverInfo Path=\"Live1\" RollingUpgradeState=\"ExclusiveNew\" "
        + "LocVersion=\"0\" ServerTime=\"\(TokenDocument.moment(now))\">monarch</psf:serverInfo><psf:cookies/>"
        + "<psf:credProperties><psf:credProperty Name=\"MainBrandID\">MSFT</psf:credProperty>"
        + "<psf:credProperty Name=\"BrandIDList\"></psf:credProperty>"
        + "<psf:credProperty Name=\"IsWinLiveUser\">true</psf:credProperty>"
        + "<psf:credProperty Name=\"CID\">\(padded)</psf:credProperty>"
        + "<psf:credProperty Name=\"AuthMembername\">\(XMLText.escaped(handle.text))</psf:credProperty>"
        + "</psf:credProperties><psf:extProperties/><psf:response/>")
  }

  private func response(_ token: Token, _ index: Int) -> String {
    let isSignIn = token.site == TokenDocument.signInSite
    let type = isSignIn ? "urn:passport:legacy" : "urn:passport:compact"
    return "<wst:RequestSecurityTokenResponse><wst:TokenType>\(type)</wst:TokenType><wsp:AppliesTo>"
      + "<wsa:EndpointReference><wsa:Address>\(XMLText.escaped(token.site))</wsa:Address></wsa:EndpointReference>"
      + "</wsp:AppliesTo><wst:LifeTime><wsu:Created>\(TokenDocument.moment(now))</wsu:Created>"
      + "<wsu:Expires>\(TokenDocument.moment(now + TokenDocument.lifetime))</wsu:Expires></wst:LifeTime>"
      + (isSignIn ? TokenDocument.signInToken : TokenDocument.compact(token, index))
      + "<wst:RequestedProofToken><wst:BinarySecret>\(TokenDocument.random(24))</wst:BinarySecret>"
      + "</wst:RequestedProofToken></wst:RequestSecurityTokenResponse>"
  }

  /// Its number is its place in the request, by which some clients find theirs.
  private static func compact(_ token: Token, _ index: Int) -> String {
    "<wst:RequestedSecurityToken><wsse:BinarySecurityToken Id=\"Compact\(index)\">t=\(token.ticket)&amp;p="
      + "</wsse:BinarySecurityToken></wst:RequestedSecurityToken><wst:RequestedTokenReference>"
      + "<wsse:KeyIdentifier ValueType=\"urn:passport:compact\"/><wsse:Reference URI=\"#Compact\(index)\"/>"
      + "</wst:RequestedTokenReference>"
  }

  /// Opaque to clients, and to this service, which renews nothing.
  private static var signInToken: String {
    "<wst:RequestedSecurityToken><EncryptedData xmlns=\"http://www.w3.org/2001/04/xmlenc#\" Id=\"BinaryDAToken0\" "
      + "Type=\"http://www.w3.org/2001/04/xmlenc#Element\"><EncryptionMethod "
      + "Algorithm=\"http://www.w3.org/2001/04/xmlenc#tripledes-cbc\"/><ds:KeyInfo "
      + "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:KeyName>http://Passport.NET/STS</ds:KeyName></ds:KeyInfo>"
      + "<CipherData><CipherValue>\(random(96))</CipherValue></CipherData></EncryptedData>"
      + "</wst:RequestedSecurityToken><wst:RequestedTokenReference><wsse:KeyIdentifier ValueType=\"urn:passport\"/>"
      + "<wsse:Reference URI=\"#BinaryDAToken0\"/></wst:RequestedTokenReference>"
  }

  /// Some clients read just this form.
  private static func moment(_ seconds: Int64) -> String { CivilDate.momentText(seconds) + "Z" }

  private static func random(_ count: Int) -> String {
    SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Data($0).base64EncodedString() }
  }

  private static let namespaces =
    "xmlns:wst=\"http://schemas.xmlsoap.org/ws/2004/04/trust\" "
    + "xmlns:wsse=\"http://schemas.xmlsoap.org/ws/2003/06/secext\" "
    + "xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\" "
    + "xmlns:wsp=\"http://schemas.xmlsoap.org/ws/2002/12/policy\" "
    + "xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/03/addressing\""
}

extension TokenDocument {
  /// The fault stands under the envelope itself, where clients look for it.
  static let wrongPassword = fault(
    "wsse:FailedAuthentication", "Authentication Failure",
    header: "<psf:authstate>0x80048800</psf:authstate><psf:reqstatus>0x80048823</psf:reqstatus><psf:cookies/>"
      + "<psf:response/>")

  static func fault(_ code: String, _ text: String, header: String = "") -> String {
    "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\" "
      + "xmlns:wsse=\"http://schemas.xmlsoap.org/ws/2003/06/secext\"><S:Header>\(outcome(header))</S:Header>"
      + "<S:Fault><faultcode>\(code)</faultcode><faultstring>\(text)</faultstring></S:Fault></S:Envelope>"
  }

  private static func outcome(_ content: String) -> String {
    "<psf:pp xmlns:psf=\"http://schemas.microsoft.com/Passport/SoapServices/SOAPFault\">"
      + "<psf:serverVersion>1</psf:serverVersion>\(content)</psf:pp>"
  }
}
