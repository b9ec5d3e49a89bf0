import MSNP
import Store

/// What somebody with a new account does next.
struct WelcomePage {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/welcome", for: .members, in: frame) { _, _, visitor in
      frame.page(
        "Welcome", "welcome", Content(handle: visitor.member?.handle.text ?? ""), for: visitor)
    }
  }

  private struct Content {
    var handle: String
  }
}
