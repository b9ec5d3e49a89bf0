import Hummingbird
import HummingbirdCore
import NIOCore

/// How to point a client here: a page for each generation of clients, made from where the service is now, with what its
/// reader needs to download.
struct ConnectPages {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/connect", in: frame) { _, _, visitor in
      let places = try await places(visitor)
      return frame.page(
        "Connect your client", "connect",
        Contents(
          guides: ClientGuide.all(places).map(Contents.Entry.init), server: places.dispatch.first.map { "\($0)" }),
        for: visitor)
    }
    for slug in ClientGuide.all(ServicePlaces.unknown).map(\.slug) {
      routes.page("/connect/\(slug)", in: frame) { _, _, visitor in
        let guides = ClientGuide.all(try await places(visitor))
        guard let guide = guides.first(where: { $0.slug == slug }) else { return .notHere }
        return frame.page(guide.title, "guide", GuideView(guide), for: visitor)
      }
    }
    routes.page("/connect/errors", in: frame) { _, _, visitor in
      frame.page("Error codes", "errors", ErrorsView(), for: visitor)
    }
    addDownloads(to: &routes)
  }

  private func addDownloads(to routes: inout Routes) {
    for (name, key) in [("messenger.reg", RegistryFile.Key.messengerService), ("msnmessenger.reg", .msnMessenger)] {
      routes.page("/connect/\(name)", in: frame) { _, _, visitor in
        guard let file = RegistryFile(key, try await places(visitor)) else { return missing(visitor) }
        return .download(file.bytes, as: name)
      }
    }
    routes.page("/connect/\(ExplorerFile.name)", in: frame) { _, _, visitor in
      guard let place = try await places(visitor).plain else { return missing(visitor) }
      return .download(ExplorerFile(place: place).bytes, as: ExplorerFile.name)
    }
    routes.page("/connect/ca.cer", in: frame) { _, _, visitor in
      guard let root = frame.settings.pages.connect.rootCertificate else { return missing(visitor) }
      return .download(root, as: "ca.cer", type: "application/x-x509-ca-cert")
    }
  }

  private func missing(_ visitor: Visitor) -> Response {
    frame.message(
      "Not to be had", "The service as it runs now has no such file. Its pages say what to do without.",
      link: PageFrame.Link(url: "/connect", words: "Connect your client"), for: visitor, status: .notFound)
  }

  private func places(_ visitor: Visitor) async throws -> ServicePlaces {
    ServicePlaces(
      dispatch: try await frame.services.desk.dispatchServers(), nodes: try await frame.services.desk.nodes(),
      settings: frame.settings, visit: visitor.place)
  }

  private struct Contents {
    struct Entry {
      var slug: String
      var title: String
      var summary: String

      init(_ guide: ClientGuide) {
        slug = guide.slug
        title = guide.title
        summary = guide.summary
      }
    }

    var guides: [Entry]
    /// Where clients begin; nil while nobody is there.
    var server: String?
  }
}

extension ServicePlaces {
  /// A service that answers nowhere.
  fileprivate static let unknown = ServicePlaces(
    dispatch: [], otherPorts: [], web: "", secureHost: "", security: .none)
}

/// A guide as its template shows it.
private struct GuideView {
  struct StepView {
    var title: String
    var text: [String]
    var block: String?
    var download: PageFrame.Link?
    var notes: [String]
    var hasNotes: Bool

    init(_ step: ClientGuide.Step, number: Int) {
      title = "\(number). \(step.title)"
      text = step.text
      block = step.lines.isEmpty ? nil : step.lines.joined(separator: "\n")
      download = step.download
      notes = step.notes
      hasNotes = !step.notes.isEmpty
    }
  }

  var introduction: [String]
  var obstacles: [ClientGuide.Obstacle]
  var steps: [StepView]
  var notes: [String]
  var hasNotes: Bool
  var ports: String?

  init(_ guide: ClientGuide) {
    introduction = guide.introduction
    obstacles = guide.obstacles
    steps = zip(guide.steps, 1...).map(StepView.init)
    notes = guide.notes
    hasNotes = !guide.notes.isEmpty
    ports = guide.ports.isEmpty ? nil : guide.ports.map { "\($0)" }.joined(separator: ", ")
  }
}

private struct ErrorsView {
  var messenger = ErrorGuide.messenger
  var tokens = ErrorGuide.tokens
  var unexplained = ErrorGuide.unexplained
}

extension Response {
  /// A file that the browser saves, or hands to the program for its type.
  static func download(_ bytes: [UInt8], as name: String, type: String = "application/octet-stream") -> Response {
    var headers = PageFrame.headers(setting: nil, type: type)
    // Old versions of Internet Explorer do not save what comes by TLS and must not be stored.
    headers[.cacheControl] = "private, max-age=60"
    headers[.contentDisposition] = "attachment; filename=\"\(name)\""
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
