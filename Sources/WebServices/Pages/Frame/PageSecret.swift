import Credentials
import Crypto

/// What a visitor's cookie holds: 24 random bytes in base64url. The store knows its digest alone.
///
/// It stands for a session once somebody has signed in with it; before, it ties the forms of a visitor to the visitor.
struct PageSecret: Hashable, Sendable {
  let text: String

  static let cookieName = "monarch"

  static func random() -> PageSecret {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<24).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    return PageSecret(text: Base64URL.encode(bytes))
  }

  /// From a request's `Cookie`; nil when there is none of ours.
  ///
  ///     >>> Cookie: lang=en; monarch=3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAA
  init?(cookies: String?) {
    let prefix = PageSecret.cookieName + "="
    for part in (cookies ?? "").split(separator: ";") {
      let pair = part.drop { $0 == " " }
      guard pair.hasPrefix(prefix) else { continue }
      let text = String(pair.dropFirst(prefix.count))
      guard text.utf8.count == 32, Base64URL.decode(text, atMost: 32) != nil else { continue }
      self.text = text
      return
    }
    return nil
  }

  private init(text: String) { self.text = text }

  /// Under what the store knows it.
  var digest: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

  /// What every form of the visitor brings along: a page elsewhere can send a form here, but cannot know this.
  var formToken: String {
    let digest = Array(SHA256.hash(data: Array("monarch form \(text)".utf8)))
    return String(Base64URL.encode(digest).prefix(22))
  }

  /// Whether a form is from a page made for this visitor.
  func vouches(for token: String) -> Bool {
    let (given, own) = (Array(token.utf8), Array(formToken.utf8))
    guard given.count == own.count else { return false }
    return zip(given, own).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// The line that hands it to the browser.
  ///
  ///     <<< Set-Cookie: monarch=3q2-...; Path=/; HttpOnly; SameSite=Lax
  func cookie(isSecure: Bool) -> String {
    "\(PageSecret.cookieName)=\(text); Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
  }

  /// The line that takes it away.
  static func noCookie(isSecure: Bool) -> String {
    "\(cookieName)=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax"
      + (isSecure ? "; Secure" : "")
  }
}
