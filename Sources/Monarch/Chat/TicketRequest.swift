import MSNP

/// What the web role is asked to sign somebody in with: Passport 1.4, all of it in the headers.
///
///     GET /login2.srf HTTP/1.1
///     Authorization: Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=...,pwd=...,<policy>
struct TicketRequest: Hashable, Sendable {
  static let path = "/login2.srf"

  let handle: UserHandle
  let password: String
  /// What the notification server said to `USR n TWN I`, which goes on word for word.
  let policy: String

  /// The value of `Authorization`.
  var authorization: String {
    "Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,"
      + "sign-in=\(TicketRequest.escaped(handle.text)),pwd=\(TicketRequest.escaped(password)),\(policy)"
  }

  /// Everything but letters and digits as `%XX`.
  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let character = Character(UnicodeScalar(byte))
      if character.isASCII, character.isLetter || character.isNumber { return String(character) }
      let hex = String(byte, radix: 16, uppercase: true)
      return "%" + (hex.utf8.count < 2 ? "0" : "") + hex
    }.joined()
  }
}

/// What came of a ``TicketRequest``.
enum TicketAnswer: Hashable, Sendable {
  /// What `USR n TWN S` takes: `t=...&p=...`.
  case ticket(String)
  /// No such account, or another password.
  case refused
  /// Nothing was found out; the reason, as a sentence.
  case trouble(String)

  /// Reads an answer of the web role.
  ///
  ///     HTTP/1.1 200 OK
  ///     Authentication-Info: Passport1.4 da-status=success,tname=MSPAuth,...,from-PP='t=...&p=',ru=...
  init(status: Int, authentication: String?) {
    switch status {
    case 200:
      guard let text = authentication, let start = text.firstRange(of: "from-PP='")?.upperBound,
        let end = text[start...].firstIndex(of: "'"), start < end
      else {
        self = .trouble("The web server gave no ticket.")
        return
      }
      self = .ticket(String(text[start..<end]))
    case 401: self = .refused
    case 301, 302, 307: self = .trouble("The web server sends on to another one: name that with --web.")
    default: self = .trouble("The web server answered with HTTP status \(status).")
    }
  }
}
