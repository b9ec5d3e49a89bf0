import MSNP

/// A node's `/metrics`.
struct AdminPage {
  private let text: String

  /// Asks the node; throws when nobody listens there.
  static func read(at address: HostPort) async throws -> AdminPage {
    AdminPage(text: try await WebPage.get("/metrics", from: address))
  }

  /// A metric without labels; 0 when the node has none of the name.
  func count(_ name: String) -> Int {
    let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + " ") }
    return line.flatMap { Int($0.dropFirst(name.count + 1)) } ?? 0
  }
}
