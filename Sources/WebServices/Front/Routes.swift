import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// A handler of an endpoint: a plain function from a request that is whole.
typealias Endpoint = @Sendable (Request, WebContext) async throws -> Response

/// The endpoints as they are registered: Hummingbird's router, and what the front has to know of each path.
///
/// Clients spell paths as they like: case does not matter, and a run of slashes is one.
struct Routes {
  private let router = Router(context: WebContext.self, options: [.caseInsensitive])
  private var methods: [String: [HTTPRequest.Method]] = [:]
  private var traits: [String: RouteTraits] = [:]

  /// Adds an endpoint under each of its paths. Where GET is answered, HEAD is.
  mutating func on(
    _ paths: String..., methods: [HTTPRequest.Method], traits: RouteTraits = .ordinary, use endpoint: @escaping Endpoint
  ) {
    let methods = methods + (methods.contains(.get) && !methods.contains(.head) ? [.head] : [])
    for path in paths {
      for method in methods { router.on(RouterPath(path), method: method, use: endpoint) }
      self.methods[Routes.folded(path), default: []] += methods
      // A path may be registered once for each of its methods, and only one of them need have traits of its own.
      if traits != .ordinary { self.traits[Routes.folded(path)] = traits }
    }
  }

  /// What answers requests, once all is registered.
  func finished() -> Responder {
    Responder(router: router.buildResponder(), methods: methods, traits: traits)
  }

  /// A path as it is looked up: in lower case, single slashes, none at the end.
  static func folded(_ path: some StringProtocol) -> String {
    path.split(separator: "/").map { $0.lowercased() }.joined(separator: "/")
  }
}

/// Answers requests by the registered endpoints, and says what is wrong with those that have none.
struct Responder: Sendable {
  private let router: RouterResponder<WebContext>
  private let methods: [String: [HTTPRequest.Method]]
  private let traits: [String: RouteTraits]

  fileprivate init(
    router: RouterResponder<WebContext>, methods: [String: [HTTPRequest.Method]], traits: [String: RouteTraits]
  ) {
    self.router = router
    self.methods = methods
    self.traits = traits
  }

  /// What the front has to know of a path; the ordinary for one that nobody knows.
  func traits(of path: String) -> RouteTraits { traits[Routes.folded(path)] ?? .ordinary }

  func answer(_ request: Request, _ context: WebContext) async -> Answer {
    do {
      let response = try await router.respond(to: request, context: context)
      guard context.endpointPath == Responder.noEndpoint else { return try await Answer(response) }
      guard let allowed = methods[Routes.folded(request.uri.path)] else { return Answer(.notFound, "not here") }
      let names = allowed.map(\.rawValue).joined(separator: ", ")
      return Answer(.methodNotAllowed, "only \(names)", headers: [("Allow", names)])
    } catch {
      context.logger.error("a request has failed", metadata: ["cause": "\(error)"])
      return Answer(.internalServerError, "this went wrong; the server's log says why")
    }
  }

  /// What the router calls the path of a request that no endpoint takes.
  private static let noEndpoint = "NotFound"
}
