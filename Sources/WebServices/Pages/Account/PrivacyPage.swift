import Hummingbird

/// What the service keeps of people, as it is set up.
struct PrivacyPage {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    let settings = frame.settings.pages
    for path in ["/privacy", "/privacypolicy.asp"] {
      routes.page(path, in: frame) { _, _, visitor in
        frame.page(
          "What is kept of you", "privacy",
          Content(offersHistory: settings.historyDays > 0, historyDays: settings.historyDays), for: visitor)
      }
    }
  }

  private struct Content {
    var offersHistory: Bool
    var historyDays: Int
  }
}
