import MSNP

/// Whole sign-ins of a client with fifty contacts, ten of whom are online, up to its first `CHG`: what the rules and the
/// writing of lines cost, without digest, hash and store.
enum SigningIn {
  private static let count = 50

  static func prepared(_ dialect: Dialect) throws -> () -> Void {
    let town = try Town()
    let lines = lines(dialect, town.handle)
    return {
      for number in 0..<count {
        var stage = MachineStage(town, connection: UInt64(number))
        for line in lines { stage.receive(line) }
        precondition(stage.written > 3_000, "the sign-in did not come through: \(stage.written) bytes")
      }
    }
  }

  /// What the client says, as far as the present dialect goes.
  static func lines(_ dialect: Dialect, _ handle: UserHandle) -> [String] {
    if dialect.has(.ticketSignIn) {
      return [
        "VER 1 \(dialect.name) CVR0\r\n", "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 7.5.0324 msmsgs \(handle)\r\n",
        "USR 3 TWN I \(handle)\r\n", "USR 4 TWN S t=ticket&p=\r\n",
        "SYN 5 0 0\r\n", "CHG 6 NLN 1342554172\r\n",
      ]
    }
    return [
      "VER 1 \(dialect.name) CVR0\r\n", "INF 2\r\n", "USR 3 MD5 I \(handle)\r\n",
      "USR 4 MD5 S 5d41402abc4b2a76b9719d911017c592\r\n", "SYN 5 0\r\n", "CHG 6 NLN\r\n",
    ]
  }
}
