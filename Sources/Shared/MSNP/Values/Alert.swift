/// A message of the service to people who are signed in, shown in a corner of the screen (MSNP5).
public struct Alert: Hashable, Sendable {
  /// The longest body element in bytes (contacts reference, section 11.4).
  public static let maximumBodyLength = 1024

  public enum Refusal: Error, Hashable, Sendable {
    case empty
    /// The element that holds the text would be longer than clients take.
    case tooLong
    /// Not a printable address of http or https.
    case page
  }

  /// By which clients tell one alert from another; below 2^31.
  public let number: UInt32
  public let text: String
  /// What a click opens; nil for the service's own page.
  public let page: String?

  public init(number: UInt32, text: String, page: String? = nil) throws(Refusal) {
    guard text.contains(where: { !$0.isWhitespace }) else { throw .empty }
    guard Alert.body(text).utf8.count <= Alert.maximumBodyLength else { throw .tooLong }
    if let page {
      guard page.hasPrefix("http://") || page.hasPrefix("https://"), page.utf8.count <= 512,
        page.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
      else { throw .page }
    }
    self.number = number & 0x7fff_ffff
    self.text = text
    self.page = page
  }

  static func body(_ text: String) -> String {
    "<BODY lang=\"1033\" icon=\"\"><TEXT>\(XMLText.escaped(text))</TEXT></BODY>"
  }
}
