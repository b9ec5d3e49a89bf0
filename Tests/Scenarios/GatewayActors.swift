import MSNP
import TestKit

extension DevServer {
  var web: HostPort { HostPort(host: "127.0.0.1", port: webPort) }

  /// A client at the gateway, without a session.
  func gatewayClient(headers: [String] = []) -> GatewayClient { GatewayClient(to: web, headers: headers) }
}

// The way in through the gateway.
extension ScriptedClient {
  /// Signs in and does the first `CHG`; whatever it brings is read and forgotten.
  static func online(_ who: String, through client: GatewayClient, on server: DevServer) throws -> ScriptedClient {
    let client = ScriptedClient(to: server.notification, through: client)
    try client.proveIdentity(who)
    _ = try client.expect(beginning: "USR", "3", "OK", handle(who))
    _ = try client.expect(beginning: "MSG", "Hotmail", "Hotmail")
    try client.goOnline()
    return client
  }
}
