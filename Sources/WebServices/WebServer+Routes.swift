extension WebServer {
  /// Everything this server answers, one line a family.
  static func routes(_ settings: Settings, _ services: Services) -> Routes {
    var routes = Routes()
    Passport(settings, services).add(to: &routes)
    TokenService(services).add(to: &routes)
    Explorer(settings, services).add(to: &routes)
    Configuration(settings).add(to: &routes)
    Pages(settings).add(to: &routes)
    if let gateway = services.gateway { GatewayEndpoint(settings, gateway).add(to: &routes) }
    return routes
  }
}
