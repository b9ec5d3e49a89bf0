import MSNP
import TestKit
import Testing

@testable import WebServices

/// The pages that say how to connect, at a server in this process.
struct ConnectPagesTests {
  private static let slugs = [
    "msn-1-to-4", "windows-messenger", "messenger-5-to-7", "messenger-7-5", "msn-explorer", "third-party", "others",
    "windows-live", "errors",
  ]

  private static let paths = ["/connect"] + slugs.map { "/connect/\($0)" }

  /// With everything that clients ask for where they ask for it.
  private static let complete = PageSettings(
    connect: ConnectFacts(
      plain: [HostPort(host: "0.0.0.0", port: 80)], oldTLS: [HostPort(host: "0.0.0.0", port: 443)],
      rootCertificate: [0x30, 0x82, 0x01, 0x0a]))

  /// A browser that came to port 80 of that address, whatever port the test's server has.
  private static func page(_ path: String, _ stage: DeskStage, host: String = "192.0.2.41") async throws -> String {
    let answer = try await stage.get(path, host: host)
    #expect(answer.statusLine == "HTTP/1.1 200 OK", "\(path)")
    return answer.text
  }

  @Test func everyLinkLeadsToAPage() async throws {
    try await withDesk(pages: ConnectPagesTests.complete) { stage in
      var links: Set<String> = []
      for path in ConnectPagesTests.paths {
        let found = try await ConnectPagesTests.page(path, stage).matches(of: /href="([^"]*)"/).map { String($0.1) }
        links.formUnion(found)
      }
      #expect(links.isSuperset(of: ConnectPagesTests.paths))
      #expect(links.isSuperset(of: ["/connect/messenger.reg", "/connect/MSN6.INI", "/connect/ca.cer"]))
      for link in links {
        try await onThread { [address = stage.address] in
          let visitor = WebVisitor(at: address)
          try visitor.open(link)
          #expect(visitor.answer.statusLine == "HTTP/1.1 200 OK", "\(link)")
        }
      }
    }
  }

  /// Every official name on a page is one that the reference names for that client, and all that it needs are there.
  @Test(arguments: slugs)
  func everyHostIsTheReferences(_ slug: String) async throws {
    let row = try #require(ReferenceHosts.rows[slug])
    try await withDesk(pages: ConnectPagesTests.complete) { stage in
      let page = try await ConnectPagesTests.page("/connect/\(slug)", stage)
      let names = page.matches(of: /(@?)([a-z0-9.-]+\.[a-z]{2,})/).filter { $0.1.isEmpty }.map { String($0.2) }
      let named = Set(names.filter(\.isOfficialHost))
      #expect(named.isSuperset(of: row.needed))
      #expect(named.isSubset(of: row.needed.union(row.besides)))
    }
  }

  /// Where a name is said to lead here, this server answers what the client asks for under it.
  @Test func everyHostIsAnswered() async throws {
    let hosts = Set(
      ClientHost.msn1To4 + ClientHost.windowsMessenger + ClientHost.messenger5To7 + ClientHost.messenger75
        + ClientHost.explorer + ClientHost.thirdParty)
    let methods = [
      "/RST.srf": "POST", "/pp900/RST.srf": "POST", "/gateway/gateway.dll": "POST", "/ppsecure/clientpost.srf": "POST",
    ]
    let statuses = [
      // Without a password, without a session, without a body that could be read.
      "/login2.srf": "HTTP/1.1 401 Unauthorized", "/gateway/gateway.dll": "HTTP/1.1 400 Bad Request",
      "/RST.srf": "HTTP/1.1 400 Bad Request", "/pp900/RST.srf": "HTTP/1.1 400 Bad Request",
      "/ppsecure/clientpost.srf": "HTTP/1.1 400 Bad Request",
    ]
    try await withDesk { stage in
      for host in hosts where host.server != .messenger {
        let method = methods[host.path] ?? "GET"
        let answer = try await stage.ask(
          "\(method) \(host.path) HTTP/1.1\r\nHost: \(host.name)\r\nContent-Length: 0\r\n\r\n")
        #expect(answer.statusLine == statuses[host.path] ?? "HTTP/1.1 200 OK", "\(host.name)\(host.path)")
      }
    }
  }

  @Test func linesAreOnThePageAsTheyAre() async throws {
    try await withDesk(pages: ConnectPagesTests.complete) { stage in
      let page = try await ConnectPagesTests.page("/connect/messenger-7-5", stage)
      #expect(
        page.contains(
          """
          <pre>192.0.2.10 messenger.hotmail.com
          192.0.2.41 loginnet.passport.com
          192.0.2.41 msnia.login.live.com
          192.0.2.41 config.messenger.msn.com
          192.0.2.41 gateway.messenger.hotmail.com</pre>
          """))
      let first = try await ConnectPagesTests.page("/connect/msn-1-to-4", stage)
      #expect(first.contains("<pre>192.0.2.10;192.0.2.10</pre>"))
      #expect(first.contains(#"HKEY_CURRENT_USER\SOFTWARE\Microsoft\MessengerService"#))
      #expect(first.contains("all TCP: 80, 1863, 1865."))
      let explorer = try await ConnectPagesTests.page("/connect/msn-explorer", stage, host: "192.0.2.41:8080")
      #expect(
        explorer.contains(
          "<pre>[MSN6]\nPassportClientXML=http://192.0.2.41:8080/nexus.passport.com/client/client.xml</pre>"))
    }
  }

  @Test func downloadsHaveTheirNamesAndTypes() async throws {
    try await withDesk(pages: ConnectPagesTests.complete) { stage in
      for (name, type) in [
        ("messenger.reg", "application/octet-stream"), ("msnmessenger.reg", "application/octet-stream"),
        ("MSN6.INI", "application/octet-stream"), ("ca.cer", "application/x-x509-ca-cert"),
      ] {
        let answer = try await stage.get("/connect/\(name)", host: "192.0.2.41")
        #expect(answer.statusLine == "HTTP/1.1 200 OK")
        #expect(answer["Content-Type"] == type)
        #expect(answer["Content-Disposition"] == "attachment; filename=\"\(name)\"")
      }
      let root = try await stage.get("/connect/ca.cer")
      #expect(root.body == [0x30, 0x82, 0x01, 0x0a])
      let registry = try await stage.get("/connect/messenger.reg")
      #expect(
        registry.text
          == "REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\MessengerService]\r\n\"Server\"=\"192.0.2.10;192.0.2.10\"\r\n\r\n"
      )
    }
  }

  @Test func whatIsNotThereIsNotOffered() async throws {
    let desk = FakeDesk()
    desk.set { $0.dispatch = [] }
    let settings = PageSettings(connect: ConnectFacts(modernTLS: [HostPort(host: "0.0.0.0", port: 443)]))
    try await withDesk(desk: desk, pages: settings) { stage in
      for name in ["messenger.reg", "msnmessenger.reg", "ca.cer"] {
        let answer = try await stage.get("/connect/\(name)")
        #expect(answer.statusLine == "HTTP/1.1 404 Not Found")
      }
      for path in ConnectPagesTests.paths {
        let page = try await ConnectPagesTests.page(path, stage)
        #expect(!page.contains("ca.cer") && !page.contains(".reg\""))
      }
      let page = try await ConnectPagesTests.page("/connect/msn-1-to-4", stage)
      #expect(page.contains("No dispatch server is running, so nobody can sign in just now."))
    }
  }

  /// A name that somebody else put into the address is text and nothing else.
  @Test func theHostOfTheRequestIsNoMarkup() async throws {
    try await withDesk(pages: ConnectPagesTests.complete) { stage in
      for host in ["<script>", "a\"b", "192.0.2.41'"] {
        let page = try await ConnectPagesTests.page("/connect/messenger-7-5", stage, host: host)
        #expect(!page.contains(host))
        #expect(page.contains("192.0.2.41 loginnet.passport.com") || page.contains("192.0.2.41:8080"))
      }
    }
  }
}
