extension WebServer {
  /// Everything this server answers, one line a family.
  static func routes(_ settings: Settings, _ services: Services) -> Routes {
    var routes = Routes()
    Pages(settings).add(to: &routes)
    return routes
  }
}
