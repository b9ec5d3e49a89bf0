import Foundation
import MSNP

/// One session of the WebDriver protocol (W3C), over HTTP on loopback.
final class WebDriver {
  private let address: HostPort
  private var session = ""
  private static let elementKey = "element-6066-11e4-a52e-4f735466cecf"

  /// Begins a session, which starts the browser.
  init(_ address: HostPort, options: [String]) throws {
    self.address = address
    let wanted: [String: Any] = [
      "capabilities": ["alwaysMatch": ["browserName": "chrome", "goog:chromeOptions": ["args": options]]]
    ]
    let answer = try ask("POST", "/session", wanted)
    guard let value = answer as? [String: Any], let session = value["sessionId"] as? String else {
      throw Browser.Failure(description: "chromedriver begins no session: \(answer)")
    }
    self.session = session
  }

  /// Ends the session, and the browser with it.
  func end() { _ = try? ask("DELETE", "/session/\(session)", nil) }

  func post(_ command: String, _ body: [String: Any]) throws {
    _ = try ask("POST", "/session/\(session)/\(command)", body)
  }

  func value<Value>(_ command: String) throws -> Value {
    try WebDriver.cast(try ask("GET", "/session/\(session)/\(command)", nil))
  }

  /// Runs a script in the page; answers with what it returns.
  func execute<Value>(_ script: String) throws -> Value {
    try WebDriver.cast(
      try ask("POST", "/session/\(session)/execute/sync", ["script": script, "args": [Any]()]))
  }

  /// The first element that an XPath finds.
  func element(_ path: String) throws -> String {
    let found = try ask("POST", "/session/\(session)/element", ["using": "xpath", "value": path])
    guard let value = found as? [String: Any], let element = value[WebDriver.elementKey] as? String else {
      throw Browser.Failure(description: "no element for \(path): \(found)")
    }
    return element
  }

  func text(of element: String) throws -> String { try value("element/\(element)/text") }

  private static func cast<Value>(_ value: Any) throws -> Value {
    guard let value = value as? Value else { throw Browser.Failure(description: "no \(Value.self): \(value)") }
    return value
  }

  /// The answer's `value`. Throws what the driver says went wrong.
  private func ask(_ method: String, _ path: String, _ body: [String: Any]?) throws -> Any {
    let content = try body.map { try JSONSerialization.data(withJSONObject: $0) } ?? Data()
    let client = try WebClient(to: address, limit: .seconds(60))
    try client.send(
      "\(method) \(path) HTTP/1.1\r\nHost: \(address)\r\nContent-Type: application/json; charset=utf-8\r\n"
        + "Content-Length: \(content.count)\r\nConnection: close\r\n\r\n")
    try client.send(bytes: Array(content))
    let answer = try client.answer()
    let read = try JSONSerialization.jsonObject(with: Data(answer.body))
    guard let value = (read as? [String: Any])?["value"] else {
      throw Browser.Failure(description: "\(method) \(path): \(answer.statusLine)")
    }
    guard answer.statusLine.contains(" 200 ") else {
      let said = (value as? [String: Any]).map { "\($0["error"] ?? ""): \($0["message"] ?? "")" } ?? "\(value)"
      throw Browser.Failure(description: "\(method) \(path) \(body ?? [:]): \(said)")
    }
    return value
  }
}
