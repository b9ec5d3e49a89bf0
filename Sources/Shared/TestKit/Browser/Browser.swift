import Foundation
import Glibc
import MSNP

/// A real browser without a screen: Chromium, driven through chromedriver's WebDriver.
///
/// It has a profile of its own in the temporary folder and reaches nothing but 127.0.0.1. Blocking, for use on a thread
/// of its own (see ``onThread(_:)``); gone with its profile when the last reference goes.
public final class Browser {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
  }

  /// How large its window is, in pixels.
  public struct Window: Hashable, Sendable {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }

    /// What a small screen of the clients' time had.
    public static let small = Window(width: 800, height: 600)
  }

  private let folder: String
  private let process: ChildProcess
  private let driver: WebDriver
  private let site: HostPort

  /// Whether there is a browser on this machine.
  public static var isInstalled: Bool { (try? CommandRun("chromedriver", ["--version"]))?.hasSucceeded == true }

  /// Starts a browser for the pages of a server.
  public init(for site: HostPort, window: Window = .small) throws {
    self.site = site
    folder = FileManager.default.temporaryDirectory.path + "/monarch-browser-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let port = FreePort.pick(hosts: 1...1)
    process = try ChildProcess(
      "chromedriver", ["--port=\(port)", "--allowed-ips=127.0.0.1"], environment: ["HOME": folder],
      errors: folder + "/chromedriver.log")
    let deadline = ContinuousClock.now + .seconds(30)
    while let line = process.nextOutputLine(until: deadline) {
      if line.contains("started successfully") { break }
    }
    driver = try WebDriver(HostPort(host: "127.0.0.1", port: port), options: Browser.options(folder, window))
  }

  deinit {
    // The browser's own processes end with the session, and would outlive a driver that is killed first.
    driver.end()
    process.signal(SIGTERM)
    _ = try? process.waitForEnding(within: .seconds(10))
    try? FileManager.default.removeItem(atPath: folder)
  }

  private static func options(_ folder: String, _ window: Window) -> [String] {
    [
      "--headless=new", "--user-data-dir=\(folder)/profile", "--window-size=\(window.width),\(window.height)",
      "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
      // Its sandbox does not work for root.
      + (getuid() == 0 ? ["--no-sandbox"] : [])
  }

  // MARK: What a person does

  /// Opens a page of the server by its path.
  public func open(_ path: String) throws {
    try driver.post("url", ["url": "http://\(site)\(path)"])
  }

  /// Follows the link of these words on the page, not in the menu.
  public func follow(_ words: String) throws { try go("//div[@id='body']//a[normalize-space()=\(quoted(words))]") }

  /// Types into the field of that name, in the place of what is there.
  public func fill(_ name: String, _ text: String) throws {
    let field = try element("//*[@name=\(quoted(name)) and not(@type='hidden')]")
    try driver.post("element/\(field)/clear", [:])
    try driver.post("element/\(field)/value", ["text": text])
  }

  /// Ticks the box of that name.
  public func tick(_ name: String) throws { try click("//input[@type='checkbox' and @name=\(quoted(name))]") }

  /// Presses the button of these words on the page.
  ///
  /// - Parameter words: what stands in the same row of a table, where there are several.
  public func press(_ button: String, beside words: String? = nil) throws {
    let row = words.map { "//tr[contains(., \(quoted($0)))]" } ?? ""
    try go("//div[@id='body']\(row)//input[@type='submit' and @value=\(quoted(button))]")
  }

  /// Presses the button of these words in the menu.
  public func pressInMenu(_ button: String) throws {
    try go("//ul[@id='menu']//input[@type='submit' and @value=\(quoted(button))]")
  }

  // MARK: What a person sees

  /// All text of the page, as it is shown.
  public var text: String {
    get throws { try driver.text(of: try element("//body")) }
  }

  /// The text of what a class names, such as `secret`; the first of several.
  public func text(ofClass name: String) throws -> String {
    try driver.text(of: try element("//*[contains(concat(' ', @class, ' '), ' \(name) ')]"))
  }

  public var title: String {
    get throws { try driver.value("title") }
  }

  /// The path of the page, with its query.
  public var path: String {
    get throws {
      let url: String = try driver.value("url")
      return url.hasPrefix("http://\(site)") ? String(url.dropFirst("http://\(site)".count)) : url
    }
  }

  /// The targets of all links of the page, as they are written.
  public var links: [String] {
    get throws {
      try driver.execute("return Array.from(document.links).map(function (a) { return a.getAttribute('href') })")
    }
  }

  /// How many pixels of the page stick out to the right of the window.
  public var overflow: Int {
    get throws {
      let root = "document.documentElement"
      return try driver.execute("return \(root).scrollWidth - \(root).clientWidth")
    }
  }

  /// Resizes the window.
  public func resize(_ window: Window) throws {
    try driver.post("window/rect", ["width": window.width, "height": window.height])
  }

  /// Writes a picture of what the window shows, as PNG.
  public func screenshot(to path: String) throws {
    let text: String = try driver.value("screenshot")
    guard let bytes = Data(base64Encoded: text) else { throw Failure(description: "the screenshot is no base64") }
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  // MARK: Elements

  /// Clicks on what leads to another page, and waits until that is there.
  private func go(_ path: String) throws {
    let mark = "window.isPageBefore"
    let _: Any = try driver.execute("\(mark) = true; return true")
    try click(path)
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      if try driver.execute("return !\(mark) && document.readyState === 'complete'") { return }
    }
    throw Failure(description: "nothing came after a click on \(path)")
  }

  private func click(_ path: String) throws { try driver.post("element/\(try element(path))/click", [:]) }

  private func element(_ path: String) throws -> String { try driver.element(path) }

  private func quoted(_ text: String) -> String { text.contains("'") ? "\"\(text)\"" : "'\(text)'" }
}
