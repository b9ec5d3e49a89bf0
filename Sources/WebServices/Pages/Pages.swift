import HTTPTypes
import Hummingbird
import HummingbirdCore
import MSNP
import NIOCore

/// Where clients send people, and what they ask for only to see that somebody answers.
struct Pages: Sendable {
  private let settings: WebServer.Settings
  /// Whether this server has the pages for people, with accounts and profiles.
  private let isForPeople: Bool

  init(_ settings: WebServer.Settings, forPeople isForPeople: Bool) {
    self.settings = settings
    self.isForPeople = isForPeople
  }

  func add(to routes: inout Routes) {
    if !isForPeople { addPlaceholders(to: &routes) }
    // Windows Live Messenger tests with it whether the port is open.
    routes.on("/", methods: [.post]) { _, _ in Response(status: .ok) }
    routes.on("/logo.gif", methods: [.get]) { _, _ in
      Response(
        status: .ok, headers: [.contentType: "image/gif"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: Pages.logo))
      )
    }
    addAccountPages(to: &routes)
    addCommandPages(to: &routes)
  }

  // MARK: Accounts

  /// Where clients send people to make or change an account.
  private func addAccountPages(to routes: inout Routes) {
    for (path, page) in Pages.accountLinks {
      routes.on(path, methods: [.get]) { request, context in
        .redirect(to: "\(settings.place(for: request, context))/\(isForPeople ? page : "account")")
      }
    }
    routes.on("/redir.asp", methods: [.get]) { request, context in
      .redirect(to: "\(settings.place(for: request, context))/")
    }
  }

  private static let accountLinks = [
    ("/uixpwiz.srf", "signup"), ("/reg.srf", "signup"), ("/editprof.srf", "account/profile"),
    ("/EditProf.aspx", "account/profile"), ("/ChangePassword.srf", "account/password"),
    ("/memberservice.srf", "account"),
  ]

  /// For a server without the pages for people.
  private func addPlaceholders(to routes: inout Routes) {
    routes.on("/", methods: [.get]) { _, _ in
      .html("Monarch", "<p>This is the web server of an MSN Messenger service. Nothing is to be done here by hand.</p>")
    }
    routes.on("/account", methods: [.get]) { _, _ in
      let site = XMLText.escaped(settings.site)
      return .html(
        "Accounts",
        "<p>Whoever runs this service makes its accounts and changes their passwords. Ask there:"
          + " <a href=\"\(site)\">\(site)</a></p>")
    }
    routes.on("/privacypolicy.asp", methods: [.get]) { _, _ in
      .html("Privacy", "<p>Ask whoever runs this service what it keeps of you.</p>")
    }
  }

  // MARK: What `URL` and the client's menus open

  private func addCommandPages(to routes: inout Routes) {
    for page in Pages.services where !(isForPeople && Pages.ownPages.contains(page)) {
      let target = isForPeople ? Pages.serviceLinks[page] : nil
      routes.on("/\(page)", methods: [.get, .post]) { request, context in
        guard let target else { return .html("Not available", "<p>This service has no such page.</p>") }
        return .redirect(to: "\(settings.place(for: request, context))/\(target)")
      }
    }
    routes.on(
      "/login", "/ppsecure/md5auth.srf", "/login.live.com/ppsecure/md5auth.srf", methods: [.get, .post], use: signOn)
    routes.on("/:product/:link", methods: [.get], use: menu)
  }

  /// The page that a client's own form opens. Who the person is does not matter to the pages here, so nobody is asked.
  ///
  ///     >>> POST /ppsecure/md5auth.srf?lc=1033
  ///     >>> mode=ttl&login=alice&username=alice%40example.com&sid=507&kv=5&id=2&sl=9&rru=/inbox&auth=...&creds=...
  ///     <<< 302 Found, Location: http://messenger.example.org/inbox
  @Sendable private func signOn(_ request: Request, _ context: WebContext) async throws -> Response {
    let place = settings.place(for: request, context)
    let form = FormFields(String(buffer: context.body))
    let query = FormFields(request.uri.query ?? "")
    let target = form["rru"] ?? query["rru"]
    let url = target.flatMap { SafeTarget(place: place, settings: settings).url(for: $0) }
    return .redirect(to: url ?? "\(place)/")
  }

  /// What menus of the client lead to: g.msn.com, with the product and its language in the path.
  ///
  ///     >>> GET /5meen_us/60
  ///     <<< 302 Found, Location: http://messenger.example.org/svcs/mms/tabs.asp
  @Sendable private func menu(_ request: Request, _ context: WebContext) async throws -> Response {
    guard let product = context.parameters.get("product"), product.first?.isNumber == true, product.contains("_"),
      let link = context.parameters.get("link"), let number = Int(link)
    else { return .notHere }
    let page = Pages.menus[number] ?? ""
    return .redirect(to: "\(settings.place(for: request, context))/\(page)")
  }

  /// The services that `URL n` names, in lower case.
  private static let services = [
    "inbox", "folders", "compose", "message", "person", "mobile", "chgmob", "profile", "password", "n2paccount",
    "n2pfund", "chat", "addrbook", "advsearch", "intsearch",
  ]

  /// Those of them that are pages for people, and those that lead to one.
  private static let ownPages = ["profile"]
  private static let serviceLinks = ["person": "account/profile", "password": "account/password"]

  private static let menus = [
    60: "svcs/mms/tabs.asp", 105: "account", 106: "profile", 112: "privacypolicy.asp",
  ]

  /// One transparent pixel.
  private static let logo: [UInt8] = [
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0xff, 0xff, 0xff, 0, 0, 0, 0x21, 0xf9, 4, 1, 0, 0, 0, 0,
    0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
  ]
}

extension Response {
  /// A small page.
  static func html(_ title: String, _ body: String, status: HTTPResponse.Status = .ok) -> Response {
    let text =
      "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>\(title)</title></head><body><h1>\(title)</h1>"
      + "\(body)</body></html>\n"
    return Response(
      status: status, headers: [.contentType: "text/html; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// `302 Found`.
  static func redirect(to url: String) -> Response { Response(status: .found, headers: [.location: url]) }

  static var notHere: Response {
    Response(
      status: .notFound, headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: "not here\n")))
  }
}
