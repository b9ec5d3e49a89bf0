import MSNP

// What the guides of several clients have in common.
extension ClientGuide.Step {
  /// Which password these clients take.
  enum Password: Sendable {
    /// MSNP2 to 7, by MD5.
    case oldClients
    /// MSNP8 and later, by a ticket.
    case account
  }

  static func account(_ password: Password) -> ClientGuide.Step {
    let text: String
    let link: PageFrame.Link
    switch password {
    case .oldClients:
      text =
        "You need an account here, and for these clients an old-client password: a second password that the service makes"
        + " for you. They prove a password in a way that only somebody who can read it can check, so your own would not"
        + " be safe. Make one on your account's page, and sign in with it."
      link = .oldClientPassword
    case .account:
      text = "You need an account here. These clients sign in with its own password."
      link = PageFrame.Link(url: "/account", words: "My account")
    }
    return ClientGuide.Step(title: "Have an account", text: [text], download: link)
  }

  static func hostsFile(
    _ hosts: [ClientHost], _ places: ServicePlaces, title: String = "Add lines to the hosts file", text: [String] = [],
    tellsWhere: Bool = true
  ) -> ClientGuide.Step? {
    let file = HostsFile(hosts, places)
    guard !file.lines.isEmpty else { return nil }
    let found = HostsFile.paths.map { "\($0.windows): \($0.path)" }
    let names = file.unresolved.map {
      "Put its IPv4 address in the place of \(HostsFile.placeholder($0)), because a hosts file takes no names:"
        + " \"ping \($0)\" in a command prompt shows it."
    }
    return ClientGuide.Step(
      title: title,
      text: text + [
        tellsWhere
          ? "On the machine of the client, open the hosts file with an editor for plain text, as an administrator, and add:"
          : "Lines of the hosts file, likewise:"
      ], lines: file.lines, notes: (tellsWhere ? found : []) + names)
  }

  /// Nil when there is no HTTPS, or a public authority vouches for it.
  static func certificate(_ places: ServicePlaces) -> ClientGuide.Step? {
    guard let thumbprint = places.rootThumbprint, places.security != .none else { return nil }
    return ClientGuide.Step(
      title: "Trust the service's certificate",
      text: [
        "The service vouches for itself: the client's machine has to import its root certificate. Open the file there,"
          + " choose \"Install Certificate\", \"Place all certificates in the following store\", and \"Trusted Root"
          + " Certification Authorities\"."
      ], download: PageFrame.Link(url: "/connect/ca.cer", words: "Root certificate (ca.cer)"),
      notes: [
        "Whoever has the key of that certificate can pass for any site on machines that trust it. Import it only if you"
          + " trust who runs this service, and ask there for the thumbprint: Windows shows it under \"Details\".",
        "SHA-1 thumbprint of this file: \(thumbprint)",
      ])
  }

  /// What the TLS of which Windows needs.
  static func security(_ places: ServicePlaces) -> ClientGuide.Step? {
    let vista: String
    let older: [String]
    switch places.security {
    case .none: return nil
    case .old:
      vista = "Windows Vista and later: nothing to do."
      older = [
        "Windows XP with Service Pack 3, Server 2003: in Internet Options, \"Advanced\", tick \"Use TLS 1.0\".",
        "Windows 95 to 2000, XP before Service Pack 3: the same, with Internet Explorer 5.5 or 6; and the certificates"
          + " have to be made for it: whoever runs the service gives --sha1 to \"monarch certificates new\".",
      ]
    case .modern:
      vista = "Windows Vista and later: Windows' updates for TLS 1.2, which Vista and 7 do not have from the start."
      older = ["Windows XP and before: what answers here at port 443 is too new for it."]
    case .proxy:
      vista = "A proxy of the operator's answers at port 443. Which Windows it serves is up to its TLS."
      older = ["Windows XP speaks TLS 1.0 and no later, and triple DES: ask whoever runs the service."]
    }
    return ClientGuide.Step(
      title: "Look at the Windows underneath",
      text: ["The client signs in over HTTPS with what its Windows knows of TLS:"],
      notes: [vista] + older + [
        "What knows SSL 3 or RC4 alone needs a proxy that speaks it and passes on plain HTTP, such as WebOne.",
        "This was tried with programs that offer what those versions of Windows offer, not on such machines.",
      ])
  }

  static let signIn = ClientGuide.Step(
    title: "Sign in", text: ["With your whole e-mail address as the name. If an error code appears, look it up:"],
    download: PageFrame.Link(url: "/connect/errors", words: "Error codes"))
}

extension ClientGuide.Obstacle {
  /// What is in the way of clients that look for these hosts by name.
  static func all(_ client: String, _ hosts: [ClientHost], _ places: ServicePlaces) -> [ClientGuide.Obstacle] {
    let servers = Set(hosts.filter(\.isNeeded).map(\.server))
    return reach(places) + (servers.contains(.messenger) ? port(client, places) : [])
      + (servers.contains(.secure) ? security(client, places) : [])
  }

  /// Whether there is a service, and from where.
  static func reach(_ places: ServicePlaces) -> [ClientGuide.Obstacle] {
    if places.dispatch.isEmpty {
      return [
        ClientGuide.Obstacle(
          cause: "No dispatch server is running, so nobody can sign in just now.",
          cure: "Load this page again in a minute. \"monarch nodes\" shows the operator what is there.")
      ]
    }
    guard places.isLoopback else { return [] }
    return [
      ClientGuide.Obstacle(
        cause: "The service runs for its own machine alone: clients on others do not reach it.",
        cure: "Whoever runs it starts it with \"monarch dev --public-host ADDRESS\", with the machine's address.")
    ]
  }

  private static func port(_ client: String, _ places: ServicePlaces) -> [ClientGuide.Obstacle] {
    guard let server = places.dispatch.first, !places.dispatch.contains(where: { $0.port == 1863 }) else { return [] }
    return [
      ClientGuide.Obstacle(
        cause: "The service is at port \(server.port), and a hosts file names no port: \(client) asks at 1863.",
        cure: "Whoever runs the service gives it port 1863, or has a firewall hand that port on.")
    ]
  }

  private static func security(_ client: String, _ places: ServicePlaces) -> [ClientGuide.Obstacle] {
    switch places.security {
    case .old, .proxy: return []
    case .none:
      return [
        ClientGuide.Obstacle(
          cause: "\(client) cannot sign in here yet: it fetches a ticket over HTTPS at port 443, and nothing answers"
            + " there.",
          cure: "Whoever runs the service opens it: \"monarch dev --web-old-tls-port 443\", or for a web node"
            + " --listen-old-tls ADDRESS:443 with a certificate of \"monarch certificates new\". If a firewall or a proxy"
            + " hands port 443 on already, a web node is told so with --public-url https://NAME.")
      ]
    case .modern:
      return [
        ClientGuide.Obstacle(
          cause: "On Windows XP and before \(client) cannot sign in here yet: HTTPS at port 443 is that of today, which"
            + " those do not speak.",
          cure: "Whoever runs the service opens what they speak: \"monarch dev --web-old-tls-port 443\", or for a web"
            + " node --listen-old-tls ADDRESS:443.")
      ]
    }
  }
}

extension PageFrame.Link {
  static let oldClientPassword = PageFrame.Link(url: "/account/old-clients", words: "Password for old clients")
}
