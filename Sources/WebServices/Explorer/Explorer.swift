import HTTPTypes
import Hummingbird
import MSNP

/// The services by which MSN Explorer 6 and 7 sign in, before their contacts speak MSNP. Each answers with and without
/// the name of its former host in the path: clients are pointed here by a file, or by their hosts file.
struct Explorer: Sendable {
  private let settings: WebServer.Settings
  private let services: WebServer.Services

  init(_ settings: WebServer.Settings, _ services: WebServer.Services) {
    self.settings = settings
    self.services = services
  }

  func add(to routes: inout Routes) {
    routes.on("/nexus.passport.com/client/client.xml", "/client/client.xml", methods: [.get]) { request, context in
      let registration = services.pages == nil ? "account" : "signup"
      return .xml(
        PartnerDocument(
          place: settings.place(for: request, context), registration: registration, now: services.unixTime()
        ).text)
    }
    routes.on(
      "/login.live.com/ppsecure/clientpost.srf", "/ppsecure/clientpost.srf", methods: [.post], use: login)
    routes.on(
      "/login.live.com/ppsecure/ClientProfileRequest.srf", "/ppsecure/ClientProfileRequest.srf", methods: [.post],
      use: profile)
    routes.on("/login.live.com/logoutxml.srf", "/logoutxml.srf", methods: [.get, .post]) { _, _ in
      .xml("<LogoutResponse Success=\"true\"/>")
    }
    routes.on("/dummy", methods: [.get]) { _, _ in .html("Signed in", "<p>You are signed in.</p>") }
    addQuietPages(to: &routes)
  }

  /// What the partner document names besides, and the client hardly ever asks for.
  private func addQuietPages(to routes: inout Routes) {
    let names = [
      "ppsecure/secure.srf", "ppsecure/post.srf", "expirecookie.srf", "digest.srf", "resetpw.srf", "gls.srf",
      "wlogin.srf", "mobilelogin.srf", "mobilelogout.srf",
    ]
    for name in names {
      routes.on("/login.live.com/\(name)", "/\(name)", methods: [.get, .post]) { _, _ in
        .html("Not available", "<p>This service has no such page.</p>")
      }
    }
  }

  /// Sends the browser to a page when the password is right.
  ///
  ///     <<< <LoginResponse Success="true"><Redirect>http://messenger.example.org/dummy</Redirect></LoginResponse>
  ///     <<< <LoginResponse Success="false"></LoginResponse>
  @Sendable private func login(_ request: Request, _ context: WebContext) async throws -> Response {
    switch await judge(context) {
    case .failure(let refusal): return .refused(refusal)
    case .success(.unavailable): return .unavailable
    case .success(.wrong): return .xml("<LoginResponse Success=\"false\"></LoginResponse>")
    case .success(.right):
      let url = XMLText.escaped("\(settings.place(for: request, context))/dummy")
      return .xml("<LoginResponse Success=\"true\"><Redirect>\(url)</Redirect></LoginResponse>")
    }
  }

  /// Gives back what the client sent when the password is right, the password with it: so the client knows the answer,
  /// and whether it does without is not known.
  ///
  ///     <<< <ProfileResponse Success="true"><ClientInfo name="MSN6" version="1.35"></ClientInfo><User>...</ProfileResponse>
  ///     <<< <ProfileResponse Success="false"></ProfileResponse>
  @Sendable private func profile(_ request: Request, _ context: WebContext) async throws -> Response {
    switch await judge(context) {
    case .failure(let refusal): return .refused(refusal)
    case .success(.unavailable): return .unavailable
    case .success(.wrong): return .xml("<ProfileResponse Success=\"false\"></ProfileResponse>")
    case .success(.right(_, let handle)):
      let password = (try? context.markup())?.first("Password")?.text ?? ""
      return .xml(
        "<ProfileResponse Success=\"true\"><ClientInfo name=\"MSN6\" version=\"1.35\"></ClientInfo><User>"
          + "<SignInName>\(XMLText.escaped(handle.text))</SignInName>"
          + "<Password>\(XMLText.escaped(password))</Password></User></ProfileResponse>")
    }
  }

  /// Judges the `SignInName` and `Password` that are somewhere in the body's tree.
  private func judge(_ context: WebContext) async -> Result<Judgement, MarkupRefusal> {
    do throws(MarkupRefusal) {
      let document = try context.markup()
      guard let signIn = document.first("SignInName"), let password = document.first("Password") else {
        return .success(.wrong)
      }
      let name = signIn.text.filter { !$0.isWhitespace }
      return .success(await services.judge(name, password.text, from: context.client))
    } catch {
      return .failure(error)
    }
  }
}
