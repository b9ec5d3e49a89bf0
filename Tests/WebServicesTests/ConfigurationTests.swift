import TestKit
import Testing

@testable import WebServices

/// Configuration and what it names, over real sockets.
struct ConfigurationTests {
  private static let declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
  private static let soapStart =
    "\(declaration)<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
  private static let query = "op=GetClientConfig&Country=US&CLCID=0809&PLCID=0409&GeoID=242"
  private static let host = "Host: config.messenger.msn.com\r\n"

  private static func soap(_ path: String, _ body: String) -> String {
    let envelope =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">"
      + "<soap:Body>\(body)</soap:Body></soap:Envelope>"
    return "POST \(path) HTTP/1.1\r\n\(host)Content-Type: text/xml; charset=utf-8\r\n"
      + "SOAPAction: \"http://www.msn.com/webservices/Messenger/Client/GetClientConfig\"\r\n"
      + "Content-Length: \(envelope.utf8.count)\r\n\r\n\(envelope)"
  }

  @Test(arguments: ["/Config/MsgrConfig.asmx", "/config/msgrconfig.asmx"])
  func windowsLiveMessengerGetsTheDocumentBare(_ path: String) async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(
        stage.address,
        "GET \(path)?\(ConfigurationTests.query)&ver=8.5.1302 HTTP/1.1\r\n\(ConfigurationTests.host)\r\n")
      #expect(answer.statusLine == "HTTP/1.1 200 OK")
      #expect(answer["Content-Type"] == "text/xml; charset=utf-8")
      let document = try MarkupReader.read(answer.body)
      #expect(document.name == "MsgrConfig")
      #expect(document.children.map(\.name) == ["Simple", "TabConfig", "LocalizedConfig"])
      #expect(document.first("TextAdServer")?.text == "http://config.messenger.msn.com/textad")
      #expect(document.first("MsnTodayURL")?.text == "http://config.messenger.msn.com/today")
    }
  }

  @Test func olderOnesGetItAsTextInSOAP() async throws {
    try await withWeb { stage in
      let call =
        "<GetClientConfig xmlns=\"http://www.msn.com/webservices/Messenger/Client\"><clientinfo><Country>US</Country>"
        + "<CLCID>0409</CLCID><PLCID>0409</PLCID><GeoID>244</GeoID></clientinfo></GetClientConfig>"
      let answer = try WebClient.ask(stage.address, ConfigurationTests.soap("/Config/MsgrConfig.asmx", call))
      let start =
        ConfigurationTests.soapStart
        + "<GetClientConfigResponse xmlns=\"http://www.msn.com/webservices/Messenger/Client\"><GetClientConfigResult>"
        + "&lt;?xml version=&quot;1.0&quot; encoding=&quot;utf-8&quot;?&gt;&lt;MsgrConfig&gt;&lt;Simple&gt;"
      #expect(answer.text.hasPrefix(start))
      let inner = try #require(try MarkupReader.read(answer.body).first("GetClientConfigResult")?.text)
      #expect(try MarkupReader.read(Array(inner.utf8)).name == "MsgrConfig")
    }
  }

  @Test(arguments: [
    (String?.none, MessengerConfiguration.Form.first), ("7.5.0324", .first), ("8.0.0812", .second),
    ("8.5.1302", .second),
    ("14.0.8117", .third), ("15.4.3555", .third), ("x", .first), ("", .first),
  ])
  func theFormIsThatOfTheVersion(_ version: String?, _ form: MessengerConfiguration.Form) {
    #expect(MessengerConfiguration.Form(version: version) == form)
  }

  /// Everything the document names is answered by this server.
  @Test func everyLinkOfTheConfigurationAnswers() async throws {
    try await withWeb { stage in
      for form in [MessengerConfiguration.Form.first, .second, .third] {
        let place = PublicURL(isSecure: false, authority: "a.example")
        let text = MessengerConfiguration(form: form, place: place).text
        let document = try MarkupReader.read(Array(text.utf8))
        let links = document.texts.filter { $0.hasPrefix("http://a.example/") }
        #expect(links.count == 6)
        for link in links {
          let path = link.dropFirst("http://a.example".count)
          let body = path.hasSuffix("AppDirectory.asmx") ? "<GetFilteredDataSet2/>" : nil
          let request =
            body.map { "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \($0.utf8.count)\r\n\r\n\($0)" }
            ?? "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
          let answer = try WebClient.ask(stage.address, request)
          #expect(answer.statusLine == "HTTP/1.1 200 OK", "\(link)")
        }
      }
    }
  }

  @Test func tabsAndAdvertisementsAreEmpty() async throws {
    let expected = [
      "/svcs/mms/tabs.asp": "<msntabsettings><oemtotallimit>1</oemtotallimit><oemdisplaylimit>1</oemdisplaylimit>"
        + "</msntabsettings><msntabdata></msntabdata>",
      "/textad": "<TEXTAD><adtext></adtext><hiturl></hiturl><tab></tab><ct></ct><flag>0</flag></TEXTAD>",
      "/tabs": "<ads></ads>",
    ]
    try await withWeb { stage in
      for (path, document) in expected {
        let answer = try WebClient.ask(stage.address, "GET \(path) HTTP/1.0\r\n\r\n")
        #expect(answer.text == ConfigurationTests.declaration + document)
      }
      let portal = try WebClient.ask(stage.address, "GET /svcs/mms/portal.asp HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(portal.statusLine == "HTTP/1.1 200 OK")
      #expect(portal["Content-Type"] == "text/html; charset=utf-8")
    }
  }

  @Test func theDirectoryOfApplicationsIsEmpty() async throws {
    try await withWeb { stage in
      let answer = try WebClient.ask(
        stage.address,
        ConfigurationTests.soap("/AppDirectory/AppDirectory.asmx", "<GetAppEntry><ID>1</ID></GetAppEntry>"))
      #expect(
        answer.text == ConfigurationTests.soapStart
          + "<GetAppEntryResponse xmlns=\"http://www.msn.com/webservices/Messenger/Client\"><GetAppEntryResult>"
          + "</GetAppEntryResult></GetAppEntryResponse></soap:Body></soap:Envelope>")
    }
  }

  @Test(arguments: ["/Config/MsgrConfig.asmx", "/AppDirectory/AppDirectory.asmx"])
  func whatIsNoCallIsRefused(_ path: String) async throws {
    try await withWeb { stage in
      for body in ["<Other/>", "<a", "<!DOCTYPE a><GetClientConfig/>", "&x;"] {
        let answer = try WebClient.ask(stage.address, ConfigurationTests.soap(path, body))
        #expect(answer.statusLine == "HTTP/1.1 400 Bad Request", "\(body)")
      }
      let other = try WebClient.ask(stage.address, "DELETE \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(other.statusLine == "HTTP/1.1 405 Method Not Allowed")
    }
  }
}

extension Markup {
  /// The text of every element.
  fileprivate var texts: [String] { [text] + children.flatMap(\.texts) }
}
