import MSNP

/// Passport 1.4 as the clients of MSNP8 to 12 do it: a `GET` whose headers carry everything (login reference,
/// section 7.2).
public enum PassportSignIn {
  /// The request's lines, header for header as Windows sends them.
  public static func request(_ handle: String, password: String, policy: String) -> [String] {
    [
      "GET /login2.srf HTTP/1.1",
      "Authorization: Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,"
        + "sign-in=\(escaped(handle)),pwd=\(escaped(password)),\(policy)",
      "User-Agent: MSMSGS",
      "Host: login.passport.com",
      "Connection: Keep-Alive",
      "Cache-Control: no-cache",
    ]
  }

  /// Gets a ticket for a password: the text between the quotes of `from-PP`, `t=<ticket>&p=`.
  public static func ticket(
    for handle: String, password: String = FixtureWriter.password, policy: String, at web: HostPort
  ) throws -> String {
    let lines = request(handle, password: password, policy: policy)
    let answer = try WebClient.ask(web, (lines + ["", ""]).joined(separator: "\r\n"))
    guard answer.statusLine == "HTTP/1.1 200 OK" else {
      throw ClientFailure.mismatch(expected: "HTTP/1.1 200 OK", got: answer.description)
    }
    guard let info = answer["Authentication-Info"], info.hasPrefix("Passport1.4 da-status=success,"),
      let start = info.firstRange(of: "from-PP='")?.upperBound,
      let end = info[start...].firstIndex(of: "'")
    else {
      throw ClientFailure.malformed("no ticket in \(answer)")
    }
    return String(info[start..<end])
  }

  /// Everything but letters and digits in the form `%XX`.
  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let character = Character(UnicodeScalar(byte))
      if byte < 0x80, character.isLetter || character.isNumber { return String(character) }
      let hex = String(byte, radix: 16, uppercase: true)
      return "%" + (hex.count < 2 ? "0" : "") + hex
    }.joined()
  }
}
