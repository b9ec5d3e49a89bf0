import Foundation
import MSNP
import TestKit
import Testing

/// How pages look: nothing sticks out of a small window, and a browser of text shows them as well.
@Suite(.serialized) struct LookTests {
  private static let open = [
    "/", "/connect", "/connect/msn-1-to-4", "/connect/windows-messenger", "/connect/messenger-5-to-7",
    "/connect/messenger-7-5", "/connect/msn-explorer", "/connect/third-party", "/connect/others",
    "/connect/windows-live", "/connect/errors", "/status", "/signin", "/signup",
  ]

  private static let own = [
    "/account", "/profile", "/operator", "/operator/sessions", "/operator/people", "/operator/people/2",
    "/operator/invitations", "/operator/news",
  ]

  private static func name(_ path: String) -> String {
    let name = String(path.dropFirst()).replacing("/", with: "-")
    return name.isEmpty ? "home" : name
  }

  @Test(.needsBrowser) func everyPageFitsASmallWindow() async throws {
    try await BrowserStage.run { server in
      let browser = try Browser(for: server.web)
      func look(_ paths: [String]) throws {
        for path in paths {
          try browser.resize(.small)
          try browser.open(path)
          let overflow = try browser.overflow
          #expect(overflow == 0, "\(path) is \(overflow) pixels too wide for 800")
          try browser.picture("\(LookTests.name(path))-800")
          guard BrowserStage.screenshots != nil else { continue }
          try browser.resize(Browser.Window(width: 1200, height: 1800))
          try browser.picture(LookTests.name(path))
        }
      }
      try look(LookTests.open)
      try browser.signIn("alice@example.com")
      #expect(try browser.path == "/account")
      try look(LookTests.own)
    }
  }

  /// A page that a link leads to is a page, with a title of its own.
  @Test(.needsBrowser) func everyLinkOfTheMenuAndTheGuidesLeadsSomewhere() async throws {
    try await BrowserStage.run { server in
      let browser = try Browser(for: server.web)
      var links: Set<String> = []
      for path in LookTests.open {
        try browser.open(path)
        links.formUnion(try browser.links)
      }
      let pages = links.filter { link in ![".reg", ".INI", ".cer"].contains { link.hasSuffix($0) } }
      #expect(pages.count > 12)
      for link in pages.sorted() {
        try browser.open(link)
        #expect(try browser.title.hasSuffix(" - Monarch") || browser.title == "Monarch - Monarch", "\(link)")
      }
    }
  }

  @Test(.needsTextBrowser) func aBrowserOfTextShowsThem() async throws {
    let words = [
      ("/", "Connect your client"), ("/connect", "MSN Messenger 1.0 to 4.6"),
      ("/connect/msn-1-to-4", "HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\MessengerService"),
      ("/connect/messenger-7-5", "fetches its ticket from the token service over HTTPS"),
      ("/connect/msn-explorer", "[MSN6]"), ("/connect/windows-live", "not served yet"),
      ("/connect/errors", "80048823"), ("/status", "notification server"), ("/signin", "E-mail address"),
    ]
    try await BrowserStage.run { server in
      for (path, wanted) in words {
        let text = try TextBrowser.text(of: path, at: server.web)
        #expect(text.contains(wanted), "\(path):\n\(text)")
      }
    }
  }
}
