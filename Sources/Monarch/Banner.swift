import ArgumentParser
import MSNP
import WebServices

/// What `monarch dev` says when it is up: where everything is, who can sign in, and how to point a client here.
struct Banner {
  let service: AllInOne
  let showsSampleUsers: Bool

  var text: String {
    ([title]
      + [addresses, users, invitation, clients, places].filter { !$0.isEmpty }.map { $0.joined(separator: "\n") })
      .joined(separator: "\n\n")
  }

  private var title: String { "Monarch \(Monarch.configuration.version): an MSN Messenger service" }

  private var addresses: [String] {
    let found = service.addresses
    guard service.configuration.publicHost == nil else {
      let ports = ([found.dispatch, found.web].compactMap { $0?.port } + tlsPorts).map { "\($0)" }
        .joined(separator: ", ")
      return ["  Messenger            \(found.dispatch)  (TCP ports \(ports) must be open to your clients)"] + web
    }
    return [
      "  Dispatch server      \(found.dispatch)   (clients begin here)",
      "  Notification server  \(found.notification)",
      "  Switchboard          \(found.switchboard)",
    ] + web
  }

  private var web: [String] {
    let found = service.addresses
    let plain = found.web.map { ["http://\($0)/"] } ?? []
    let secure = service.configuration.webTLSPorts.sorted { $0.value < $1.value }.map { age, port in
      "https://\(found.dispatch.host):\(port)/" + (age == .old ? " (TLS 1.0 too)" : "")
    }
    guard !plain.isEmpty || !secure.isEmpty else { return [] }
    let places = (plain + secure).joined(separator: "  ")
    let root =
      secure.isEmpty
      ? []
      : [
        "  Root certificate     \(service.configuration.folder.certificates)/ca.cer   (to be imported where clients use https)"
      ]
    return ["  Web server           \(places)   (Passport, MSN Explorer, configuration)"] + root
  }

  private var tlsPorts: [Int] { service.configuration.webTLSPorts.values.sorted() }

  private var users: [String] {
    guard showsSampleUsers else { return ["  Add people with: monarch user add EMAIL --old-clients --data \(folder)"] }
    return ["  Sample users, on each other's lists:"]
      + SampleUsers.all.map { "    \($0.handle)  password \($0.password)  (\($0.name))" }
  }

  /// Empty when somebody administers the service already.
  private var invitation: [String] {
    guard let code = service.firstInvitation else { return [] }
    return FirstInvitation.text(code, page: pages.map { $0 + "signup" } ?? "").map { "  \($0)" }
  }

  /// Where the pages for people begin; nil when there are none.
  private var pages: String? {
    if let web = service.addresses.web { return "http://\(web)/" }
    let ports = service.configuration.webTLSPorts
    return (ports[.modern] ?? ports[.old]).map { "https://\(service.addresses.dispatch.host):\($0)/" }
  }

  private var clients: [String] {
    let server = service.addresses.dispatch
    let value = server.port == 1863 ? "\(server.host);\(server.host)" : "\(server.host);\(server.host):\(server.port)"
    return [
      "  Point a client here:",
      "    MSN Messenger 1.0-4.7  registry HKCU\\SOFTWARE\\Microsoft\\MessengerService, text value Server = \(value)",
      "    or any client          a hosts line on the client's machine: \(server.host) messenger.hotmail.com",
      "    MSN Messenger 5.0-7.5  hosts lines for nexus.passport.com and others, and the root certificate",
      "    All of them            \(pages.map { $0 + "connect" } ?? "the README") says how, step by step",
      "    Without any client     monarch chat testuser@hotmail.com --server \(server)",
    ]
  }

  private var places: [String] {
    ["  Log   \(service.configuration.folder.log)", "  Data  \(folder)   Stop with Ctrl-C."]
  }

  private var folder: String { service.configuration.folder.path }
}
