import MSNP

// The way in through the HTTP gateway; names and passwords are as in the way in over TCP.
extension ScriptedClient {
  /// Signs in through a gateway and does the first `CHG`; whatever it brings is read and forgotten.
  ///
  /// - Parameter place: the server whose host the gateway is told.
  public static func online(
    _ who: String, at place: HostPort, through gateway: GatewayClient, dialect: Int = 7, limit: Duration = .seconds(10)
  ) throws -> ScriptedClient {
    let client = ScriptedClient(to: place, through: gateway, limit: limit)
    try client.proveIdentity(who, dialect: dialect)
    _ = try client.expect(beginning: "USR", "3", "OK", handle(who))
    _ = try client.expect(beginning: "MSG", "Hotmail", "Hotmail")
    try client.goOnline()
    return client
  }

  /// Opens a conversation with a ticket, through a gateway.
  public static func opening(
    _ who: String, _ ticket: String, at switchboard: HostPort, through gateway: GatewayClient
  ) throws -> ScriptedClient {
    let client = ScriptedClient(to: switchboard, through: gateway)
    try client.send("USR 1 \(handle(who)) \(ticket)")
    _ = try client.expect(beginning: "USR", "1", "OK", handle(who))
    return client
  }
}
