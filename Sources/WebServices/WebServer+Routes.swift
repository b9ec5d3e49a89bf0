extension WebServer {
  /// Everything this server answers, one line a family.
  static func routes(_ settings: Settings, _ services: Services) -> Routes {
    var routes = Routes()
    Pages(settings).add(to: &routes)
    if let gateway = services.gateway { GatewayEndpoint(settings, gateway).add(to: &routes) }
    return routes
  }
}
