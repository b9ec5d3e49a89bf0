import MSNP

/// Somebody with a browser that runs no script: keeps cookies, follows redirects, and sends the forms that it finds on
/// the page with what stands in them. Blocking, for one thread.
public final class WebVisitor {
  /// A file that is chosen in a form.
  public struct File: Sendable {
    public var name: String
    public var type: String
    public var bytes: [UInt8]

    public init(name: String, type: String, bytes: [UInt8]) {
      self.name = name
      self.type = type
      self.bytes = bytes
    }
  }

  public struct Trouble: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
  }

  /// What the address bar says before the path.
  public let host: String
  private let address: HostPort
  /// Header lines that are sent besides, such as those of a proxy.
  public var extraHeaders: [String] = []
  /// Whether the browser says where a form comes from, as those of today do.
  public var saysOrigin = true
  public private(set) var cookies: [String: String] = [:]
  /// The last answer, and the page in it.
  public private(set) var answer = WebAnswer(statusLine: "", headerLines: [], body: [])
  public private(set) var page = HTMLPage("")
  /// Where the visitor is.
  public private(set) var path = "/"

  /// - Parameter host: what `Host` says; the address itself unless told.
  public init(at address: HostPort, host: String? = nil) {
    self.address = address
    self.host = host ?? "\(address)"
  }

  /// Takes another visitor's cookies, as a thief does.
  public func takeCookies(of other: WebVisitor) { cookies = other.cookies }

  public func setCookie(_ name: String, to value: String?) { cookies[name] = value }

  /// Opens a page, and those to which it sends on.
  @discardableResult
  public func open(_ path: String) throws -> HTMLPage {
    try follow(ask("GET", path))
    return page
  }

  /// Fills in a form of the page and sends it.
  ///
  /// - Parameters:
  ///   - action: where the form leads. Of several, the first that has all the fields.
  ///   - fields: by what the page calls them, or by their names if nothing labels them. A box is ticked with `on` and
  ///     cleared with an empty text; a list takes an option's words or value.
  ///   - files: those that are chosen, by what the page calls their fields.
  ///   - button: what the button says that is pressed; nil for the first.
  @discardableResult
  public func submit(
    _ action: String, _ fields: [String: String] = [:], files: [String: File] = [:], button: String? = nil
  ) throws -> HTMLPage {
    let form = try filled(action, fields, files: Set(files.keys), button: button)
    let pressed = form.buttons.first { button == nil || $0.value == button }
    let pairs = WebVisitor.pairs(form, pressed: pressed)
    if form.method == "get" {
      try follow(ask("GET", form.action + "?" + FormText.encoded(pairs)))
    } else if form.isMultipart {
      let text = MultipartText(pairs, files: try WebVisitor.chosen(files, in: form))
      try follow(ask("POST", form.action, type: text.contentType, body: text.bytes))
    } else {
      try follow(post(form.action, pairs))
    }
    return page
  }

  /// Sends fields as a form does, whatever the page holds; redirects are not followed.
  @discardableResult
  public func post(_ path: String, _ pairs: [(String, String)]) throws -> WebAnswer {
    try ask(
      "POST", path, type: "application/x-www-form-urlencoded", body: Array(FormText.encoded(pairs).utf8))
  }

  /// One request, and its answer; redirects are not followed, cookies are kept.
  @discardableResult
  public func ask(_ method: String, _ path: String, type: String? = nil, body: [UInt8]? = nil) throws -> WebAnswer {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)"] + extraHeaders
    if !cookies.isEmpty {
      lines.append("Cookie: " + cookies.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "; "))
    }
    if let type { lines.append("Content-Type: \(type)") }
    if let body { lines.append("Content-Length: \(body.count)") }
    if saysOrigin, method == "POST" { lines.append("Origin: http://\(host)") }
    let client = try WebClient(to: address)
    try client.send(bytes: Array((lines + ["", ""]).joined(separator: "\r\n").utf8) + (body ?? []))
    answer = try client.answer(hasBody: method != "HEAD")
    client.close()
    page = HTMLPage(answer.text)
    self.path = path
    for line in answer.headerLines where line.hasPrefix("Set-Cookie: ") { keep(String(line.dropFirst(12))) }
    return answer
  }

  private func follow(_ first: WebAnswer) throws {
    var answer = first
    for _ in 0..<5 {
      guard ["HTTP/1.1 302 Found", "HTTP/1.1 303 See Other"].contains(answer.statusLine) else { return }
      guard let location = answer["Location"], location.hasPrefix("http://\(host)/") else {
        throw Trouble("sent to another place: \(answer)")
      }
      answer = try ask("GET", String(location.dropFirst("http://\(host)".count)))
    }
    throw Trouble("sent on for ever, at last to \(path)")
  }

  /// One that is only for TLS is not kept, as this browser speaks none.
  private func keep(_ line: String) {
    let parts = line.split(separator: ";").map { part in String(part.drop { $0 == " " }) }
    let pair = (parts.first ?? "").split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard pair.count == 2, !parts.contains("Secure") else { return }
    cookies[String(pair[0])] = parts.contains("Max-Age=0") ? nil : String(pair[1])
  }
}

extension WebVisitor {
  private func filled(
    _ action: String, _ values: [String: String], files: Set<String>, button: String?
  ) throws -> HTMLForm {
    let forms = page.forms.filter { $0.action == action }
    guard !forms.isEmpty else { throw Trouble("no form leads to \(action) on \(path): \(page)") }
    let wanted = Set(values.keys).union(files)
    let fitting = forms.first { form in
      wanted.allSatisfy { name in form.fields.contains { $0.isCalled(name) } }
        && (button == nil || form.buttons.contains { $0.value == button })
    }
    guard var form = fitting else {
      throw Trouble("no form to \(action) has the fields \(wanted.sorted()) and the button \(button ?? "-"): \(forms)")
    }
    for (name, value) in values {
      guard let index = form.fields.firstIndex(where: { $0.isCalled(name) }) else { continue }
      try form.fields[index].fill(in: value)
    }
    return form
  }

  /// What a browser sends of a form: boxes that are ticked, and the button that was pressed.
  private static func pairs(_ form: HTMLForm, pressed: HTMLForm.Field?) -> [(String, String)] {
    form.fields.filter { field in
      switch field.type {
      case "checkbox", "radio": field.isChecked
      case "submit": field == pressed && !field.name.isEmpty
      case "file": false
      default: true
      }
    }.map { ($0.name, $0.value) }
  }

  /// A file field in which nothing is chosen is sent all the same, empty.
  private static func chosen(_ files: [String: File], in form: HTMLForm) throws -> [(String, File)] {
    form.fields.filter { $0.type == "file" }.map { field in
      let file = files.first { field.isCalled($0.key) }?.value
      return (field.name, file ?? File(name: "", type: "application/octet-stream", bytes: []))
    }
  }
}

extension HTMLForm.Field {
  fileprivate func isCalled(_ text: String) -> Bool { label == text || (label == nil && name == text) }

  fileprivate mutating func fill(in text: String) throws {
    switch type {
    case "checkbox", "radio": isChecked = !text.isEmpty
    case "select":
      guard let option = options.first(where: { $0.text == text || $0.value == text }) else {
        throw WebVisitor.Trouble("'\(text)' is none of \(options.map(\.text))")
      }
      value = option.value
    default: value = text
    }
  }
}
