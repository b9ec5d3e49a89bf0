import HTTPTypes
import Hummingbird
import HummingbirdCore
import MSNP
import NIOCore

/// Configuration, tabs, advertisements and the directory of applications: just enough of each that clients are content.
struct Configuration: Sendable {
  private let settings: WebServer.Settings

  init(_ settings: WebServer.Settings) { self.settings = settings }

  func add(to routes: inout Routes) {
    routes.on("/Config/MsgrConfig.asmx", methods: [.get]) { request, context in
      let version = request.uri.queryParameters["ver"].map(String.init)
      let form = MessengerConfiguration.Form(version: version)
      return .xml(MessengerConfiguration(form: form, place: insecurePlace(request, context)).text)
    }
    routes.on("/Config/MsgrConfig.asmx", methods: [.post], use: configuration)
    addTabs(to: &routes)
    addAdvertisements(to: &routes)
    addApplications(to: &routes)
  }

  /// MSN Messenger 6.0 to 7.5 ask in SOAP, and get the document as text inside of theirs.
  @Sendable private func configuration(_ request: Request, _ context: WebContext) async throws -> Response {
    do throws(MarkupRefusal) {
      guard try context.markup().first("GetClientConfig") != nil else { return .refused(.broken) }
      let document = MessengerConfiguration(form: .first, place: insecurePlace(request, context)).text
      return .soap("GetClientConfig", "\(Markup.declaration)\(document)", isText: true)
    } catch {
      return .refused(error)
    }
  }

  private func addTabs(to routes: inout Routes) {
    // Two roots on purpose: so MSN Messenger 5 reads it.
    routes.on("/svcs/mms/tabs.asp", methods: [.get]) { _, _ in
      .xml(
        "<msntabsettings><oemtotallimit>1</oemtotallimit><oemdisplaylimit>1</oemdisplaylimit></msntabsettings>"
          + "<msntabdata></msntabdata>")
    }
    routes.on("/svcs/mms/portal.asp", "/today", methods: [.get]) { _, _ in
      .html("Today", "<p>There is no news. Have a good day.</p>")
    }
    routes.on("/tabs", methods: [.get]) { _, _ in .xml("<ads></ads>") }
  }

  private func addAdvertisements(to routes: inout Routes) {
    routes.on("/textad", methods: [.get]) { _, _ in
      .xml("<TEXTAD><adtext></adtext><hiturl></hiturl><tab></tab><ct></ct><flag>0</flag></TEXTAD>")
    }
    routes.on("/banner", "/ADSAdClient31.dll", methods: [.get]) { _, _ in
      let page = "<!DOCTYPE html><html><head><title>Monarch</title></head><body></body></html>\n"
      return Response(
        status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
    }
  }

  private func addApplications(to routes: inout Routes) {
    routes.on("/AppDirectory/GetAppdirVersion.aspx", methods: [.get]) { _, _ in
      Response(
        status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: "1")))
    }
    routes.on("/AppDirectory/Directory.aspx", methods: [.get]) { _, _ in
      .html("Activities", "<p>There are no activities here.</p>")
    }
    routes.on("/AppDirectory/AppDirectory.asmx", methods: [.post]) { _, context in
      do throws(MarkupRefusal) {
        let body = try context.markup()
        let asked = ["GetFilteredDataSet2", "GetAppEntry"].first { body.first($0) != nil }
        guard let asked else { return .refused(.broken) }
        return .soap(asked, "", isText: false)
      } catch {
        return .refused(error)
      }
    }
  }

  /// Pages and advertisements are fetched over plain HTTP: whoever asks by TLS on a port that is not its own keeps it.
  private func insecurePlace(_ request: Request, _ context: WebContext) -> PublicURL {
    let place = settings.place(for: request, context)
    guard place.isSecure, !place.authority.contains(":") else { return place }
    return settings.publicURLs.first { !$0.isSecure } ?? PublicURL(isSecure: false, authority: place.authority)
  }
}

extension Response {
  private static let client = "http://www.msn.com/webservices/Messenger/Client"

  /// The answer to a call of the Messenger client's own SOAP services.
  ///
  /// - Parameters:
  ///   - result: what the call gives.
  ///   - isText: whether that is text, which has to be escaped, and not elements.
  static func soap(_ call: String, _ result: String, isText: Bool) -> Response {
    .xml(
      "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
        + "<\(call)Response xmlns=\"\(client)\"><\(call)Result>\(isText ? XMLText.escaped(result) : result)"
        + "</\(call)Result></\(call)Response></soap:Body></soap:Envelope>")
  }
}
