import HTTPTypes
import Hummingbird
import MSNP
import NIOCore

/// `POST /gateway/gateway.dll`: see ``GatewayQuery`` for what it is asked.
///
///     >>> POST /gateway/gateway.dll?Action=open&Server=NS&IP=messenger.hotmail.com HTTP/1.1
///     >>> Host: gateway.messenger.hotmail.com
///     >>> Content-Length: 19
///     >>>
///     >>> VER 1 MSNP9 MSNP8
///     <<< HTTP/1.1 200 OK
///     <<< X-MSN-Messenger: SessionID=1280000000.1; GW-IP=gateway.messenger.hotmail.com
///     <<< Content-Type: application/x-msn-messenger
///     <<< Content-Length: 13
///     <<<
///     <<< VER 1 MSNP9
///
/// The last answer of a session has `; Session=close` besides. 400 for a session that is none (any more), has a request
/// in flight, or goes to no server of this service; 503 for one that cannot be opened now.
struct GatewayEndpoint: Sendable {
  private static let messenger = HTTPField.Name("X-MSN-Messenger")
  private static let capabilities = HTTPField.Name("X-MSN-GWCapabilities")

  private let settings: WebServer.Settings
  private let gateway: Gateway

  init(_ settings: WebServer.Settings, _ gateway: Gateway) {
    self.settings = settings
    self.gateway = gateway
  }

  func add(to routes: inout Routes) {
    // Held back for as long as a poll says, it is no work.
    routes.on("/gateway/gateway.dll", methods: [.post], traits: RouteTraits(isPatient: true)) { request, context in
      response(to: request, await outcome(of: request, context))
    }
  }

  private func outcome(of request: Request, _ context: WebContext) async -> Gateway.Outcome {
    switch GatewayQuery(request.uri.query ?? "") {
    case .open(let server, let place)?:
      await gateway.open(server, at: place, context.body, for: context.client, names: names(request))
    case .send(let id)?: await gateway.ask(id, context.body, hold: .zero)
    case .poll(let id, let hold)?: await gateway.ask(id, context.body, hold: hold)
    case nil: .refused("no request to a gateway")
    }
  }

  private func response(to request: Request, _ outcome: Gateway.Outcome) -> Response {
    switch outcome {
    case .session(let id, let bytes, let closes):
      var headers = HTTPFields()
      let closing = closes ? "; Session=close" : ""
      headers.set(Self.messenger, "SessionID=\(id); GW-IP=\(ownHost)\(closing)")
      if Self.capabilities.map({ request.headers[$0] == "*" }) == true { headers.set(Self.capabilities, "LP") }
      headers[.contentType] = "application/x-msn-messenger"
      headers[.contentLength] = String(bytes.readableBytes)
      return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
    case .refused(let why): return text(.badRequest, why)
    case .unavailable(let why): return text(.serviceUnavailable, why)
    }
  }

  private func text(_ status: HTTPResponse.Status, _ why: String) -> Response {
    Response(
      status: status, headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: why + "\n")))
  }

  /// Where the client's next requests come, which must be this node. A public URL may be that of many, behind which each
  /// request finds another one; so among several web nodes it is this one's own address.
  private var ownHost: String {
    guard !gateway.registry.hasOtherGateways, let known = settings.publicURLs.first else {
      return settings.advertised.host
    }
    return Self.host(known.authority)
  }

  /// The hosts under which the client may know this server: in lower case.
  private func names(_ request: Request) -> Set<String> {
    let said = [request.uri.host, request.head.authority.map(Self.host)].compactMap(\.self)
    let own = [settings.advertised.host] + settings.publicURLs.map { Self.host($0.authority) }
    return Set((own + said).map { $0.lowercased() })
  }

  private static func host(_ authority: String) -> String { String(authority.prefix { $0 != ":" }) }
}

extension HTTPFields {
  fileprivate mutating func set(_ name: HTTPField.Name?, _ value: String) {
    if let name { self[name] = value }
  }
}
