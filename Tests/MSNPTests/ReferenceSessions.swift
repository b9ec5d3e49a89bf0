import MSNP

/// What clients send in whole sessions of the reference (test vectors, section 9), as one stream each.
enum ReferenceSessions {
  struct Session: Sendable, CustomStringConvertible {
    let description: String
    let framing: Framing
    let stream: String
    /// How many commands the stream holds.
    let commands: Int

    init(_ description: String, _ framing: Framing, _ commands: [String]) {
      self.description = description
      self.framing = framing
      stream = commands.joined()
      self.commands = commands.count
    }
  }

  static let all = [
    Session(
      "9.1 CVR0", .dispatch, lines(["VER 0 CVR0", "CVQ 1 0x0409 win 4.10 i386 MSMSGS 1.0.0863"])),
    Session(
      "9.2 MSNP2", .notification,
      lines([
        "VER 3 MSNP2 CVR0", "INF 4", "USR 5 MD5 I alice@example.com", "USR 6 MD5 S f59af8f2fa91d38aff7c870c17f99903",
        "SYN 7 0", "CHG 8 NLN", "CVR 9 0x0409 win 4.10 i386 MSMSGS 1.0.0863", "GTC 10 A", "BLP 11 BL",
        "ADD 12 FL nobody@example.com nobody@example.com", "ADD 13 AL dave@example.com Dave",
        "REM 14 BL dave@example.com", "REA 15 alice@example.com Alice%20W", "PNG", "OUT",
      ])),
    Session(
      "9.6 MSNP6", .notification,
      lines(["VER 1 MSNP6 MSNP5 CVR0", "INF 2", "CHG 6 NLN"]) + [
        "QRY 7 msmsgs@msnmsgr.com 32\r\n8f2f5a91b72102cd28355e9fc9000d6e",
        "QRY 8 msmsgs@msnmsgr.com 32\r\n00000000000000000000000000000000",
      ] + lines(["OUT"])),
    Session(
      "9.7 MSNP7", .notification,
      lines([
        "VER 1 MSNP7 MSNP6 MSNP5 MSNP4 CVR0", "INF 2", "USR 3 MD5 I alice@example.com", "SYN 5 0", "CHG 6 NLN",
        "ADG 7 Work 0", "ADD 8 FL carol@example.com Carol%20C 2", "REG 9 2 Office 0", "RMG 10 0", "RMG 11 7",
        "RMG 12 2",
      ])),
    Session(
      "9.13 switchboard", .switchboard(),
      lines(["USR 1 alice@example.com 17262740.1050826919.32308", "CAL 2 bob@example.com"]) + [
        "MSG 3 U 90\r\nMIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: alice@example.com\r\n\r\n\r\n",
        "MSG 4 N 133\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
          + "X-MMS-IM-Format: FN=Arial; EF=I; CO=0; CS=0; PF=22\r\n\r\nHello! How are you?",
        "MSG 5 A 69\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\ngrüße",
        "MSG 6 N 3\r\nhi!", "MSG 7 N 0\r\n",
      ] + lines(["CAL 8 carol@example.com", "OUT"])),
  ]

  private static func lines(_ lines: [String]) -> [String] { lines.map { $0 + "\r\n" } }
}
