import Credentials
import Foundation
import MSNP
import Store
import TestKit
import Testing

/// People with a real browser at the real program: the folder that they find, and where pictures of pages go.
enum BrowserStage {
  /// alice administers the service; bob and carol do not. Every password is `password`.
  static let plan = FixturePlan("browser") { writer in
    _ = try await writer.accounts([
      ("alice@example.com", "Alice"), ("bob@example.com", "Bob"), ("carol@example.com", "Carol <C>"),
    ])
    try await writer.makeAdministrator("alice@example.com")
    try await writer.makeMutual([("alice@example.com", "bob@example.com")])
    guard let code = InvitationCode(invitation) else { return }
    let now = Int64(Date().timeIntervalSince1970)
    try await writer.store.invite(
      Invitation(digest: code.digest, created: now, expires: now + 86_400, uses: 3, note: "for the tests"))
  }

  static let invitation = "7KQ2-M9XA-0TBN-W4HD"

  /// Where screenshots go; nil for nowhere.
  static let screenshots = ProcessInfo.processInfo.environment["MONARCH_SCREENSHOTS"]

  /// Whether there is a browser; one that is missing is no reason to skip where it is required.
  static var hasBrowser: Bool { isRequired || Browser.isInstalled }
  static var hasTextBrowser: Bool { isRequired || TextBrowser.isInstalled }
  private static var isRequired: Bool { ProcessInfo.processInfo.environment["MONARCH_REQUIRE_BROWSER"] != nil }

  /// Runs a test on a server of its own; an error tells the end of the server's log as well.
  static func run(_ work: @escaping @Sendable (DevServer) throws -> Void) async throws {
    let fixture = try await plan.fixture
    try await onThread {
      let server = try DevServer(fixture, DevServer.Options(servesTLS: true))
      do {
        try work(server)
      } catch {
        throw Browser.Failure(description: "\(error)\nthe server's log:\n\(server.log())\n\(server.errors())")
      }
    }
  }
}

extension Trait where Self == ConditionTrait {
  static var needsBrowser: Self {
    .enabled(if: BrowserStage.hasBrowser, "there is no chromedriver; set MONARCH_REQUIRE_BROWSER to insist")
  }

  static var needsTextBrowser: Self {
    .enabled(if: BrowserStage.hasTextBrowser, "there is no w3m; set MONARCH_REQUIRE_BROWSER to insist")
  }
}

extension Browser {
  func signIn(_ email: String, _ password: String = "password") throws {
    try open("/signin")
    try fill("email", email)
    try fill("password", password)
    try press("Sign in")
  }

  /// Writes a picture of the page, if pictures are wanted.
  func picture(_ name: String) throws {
    guard let folder = BrowserStage.screenshots else { return }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try screenshot(to: "\(folder)/\(name).png")
  }
}
