import MSNP

// The way in for every dialect, every line asserted but for the profile's headers.
extension ScriptedClient {
  /// Signs in as clients of ``dialect`` do, up to the profile message.
  ///
  /// - Parameters:
  ///   - name: the friendly name as it is written on the wire.
  ///   - desk: where tickets come from, for dialects that need one.
  public func signIn(_ who: String, named name: String, with desk: some TicketDesk) throws {
    let handle = ScriptedClient.handle(who)
    try send("VER 1 \(dialect.name) CVR0")
    try expect("VER 1 \(dialect.name) CVR0")
    if dialect < .msnp8 {
      try signInByDigest(handle, named: name)
    } else {
      try signInByTicket(handle, named: name, with: desk)
    }
    if dialect >= .msnp11 { try expect("SBS 0 null") }
    let profile = try nextLine(waitingFor: "the profile")
    let payload = profile.payload ?? []
    guard profile.text == "MSG Hotmail Hotmail \(payload.count)",
      payload.starts(with: Array("MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsprofile; charset=UTF-8\r\n".utf8))
    else { throw ClientFailure.mismatch(expected: "the profile", got: profile.description) }
  }

  private func signInByDigest(_ handle: String, named name: String) throws {
    try send("INF 2")
    try expect("INF 2 MD5")
    try send("USR 3 MD5 I \(handle)")
    let challenge = try expect(beginning: "USR", "3", "MD5", "S")[4]
    try send("USR 4 MD5 S \(MD5.hex(Array((challenge + FixtureWriter.password).utf8)))")
    try expect("USR 4 OK \(handle) \(name)" + (dialect < .msnp6 ? "" : " 1"))
  }

  private func signInByTicket(_ handle: String, named name: String, with desk: some TicketDesk) throws {
    try send("CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 6.0.0602 MSMSGS \(handle)")
    _ = try expect(beginning: "CVR", "2", "6.0.0602", "6.0.0602", "6.0.0602")
    try send("USR 3 TWN I \(handle)")
    let policy = try expect(beginning: "USR", "3", "TWN", "S")[4]
    try send("USR 4 TWN S \(try desk.ticket(.good, for: handle, policy: policy))")
    try expect("USR 4 OK \(handle) " + (dialect < .msnp10 ? "\(name) 1 0" : "1 0"))
  }
}
