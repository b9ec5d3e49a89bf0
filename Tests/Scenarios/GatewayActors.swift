import MSNP
import TestKit

extension DevServer {
  var web: HostPort { HostPort(host: "127.0.0.1", port: webPort) }

  /// A client at the gateway, without a session.
  func gatewayClient(headers: [String] = []) -> GatewayClient { GatewayClient(to: web, headers: headers) }
}

extension ScriptedClient {
  /// Signs in through the gateway and does the first `CHG`.
  static func online(_ who: String, through client: GatewayClient, on server: DevServer) throws -> ScriptedClient {
    try online(who, at: server.notification, through: client)
  }
}
