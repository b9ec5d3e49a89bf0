extension WebServer {
  /// Everything this server answers, one line a family.
  static func routes(_ settings: Settings, _ services: Services) -> Routes {
    var routes = Routes()
    Passport(settings, services).add(to: &routes)
    TokenService(services).add(to: &routes)
    Explorer(settings, services).add(to: &routes)
    Configuration(settings).add(to: &routes)
    Pages(settings, forPeople: services.pages != nil).add(to: &routes)
    if let pages = services.pages { addPages(PageFrame(settings: settings, services: pages), to: &routes) }
    if let gateway = services.gateway { GatewayEndpoint(settings, gateway).add(to: &routes) }
    return routes
  }

  /// The pages for people, one line a page.
  private static func addPages(_ frame: PageFrame, to routes: inout Routes) {
    StyleSheet.add(to: &routes)
    HomePage(frame: frame).add(to: &routes)
    SignInPage(frame: frame).add(to: &routes)
    ConnectPages(frame: frame).add(to: &routes)
    StatusPage(frame: frame).add(to: &routes)
    OperatorPages(frame: frame).add(to: &routes)
    SignUpPage(frame: frame).add(to: &routes)
    WelcomePage(frame: frame).add(to: &routes)
    AccountPage(frame: frame).add(to: &routes)
    NamePage(frame: frame).add(to: &routes)
    PasswordPage(frame: frame).add(to: &routes)
    OldClientsPage(frame: frame).add(to: &routes)
    EditProfilePage(frame: frame).add(to: &routes)
    PicturePage(frame: frame).add(to: &routes)
    HistoryPage(frame: frame).add(to: &routes)
    ExportPage(frame: frame).add(to: &routes)
    DeletePage(frame: frame).add(to: &routes)
    ProfilePage(frame: frame).add(to: &routes)
    PrivacyPage(frame: frame).add(to: &routes)
  }
}
