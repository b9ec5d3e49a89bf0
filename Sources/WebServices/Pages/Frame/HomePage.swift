/// The service's own page: what it is, and where to go from here.
struct HomePage {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/", in: frame) { _, _, visitor in
      frame.page(
        frame.settings.pages.name, "home",
        Content(isMember: visitor.member != nil, registration: frame.settings.pages.registration),
        for: visitor)
    }
  }

  private struct Content {
    var isMember: Bool
    var isOpen: Bool
    var takesInvitations: Bool

    init(isMember: Bool, registration: Registration) {
      self.isMember = isMember
      isOpen = registration == .open
      takesInvitations = registration == .invitation
    }
  }
}
