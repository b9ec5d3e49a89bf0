/// A page as its markup says it is: text, links and forms.
public struct HTMLPage: Sendable, CustomStringConvertible {
  public struct Link: Hashable, Sendable {
    public var target: String
    public var text: String
  }

  public let tokens: [HTMLToken]
  public let links: [Link]
  public let forms: [HTMLForm]
  /// Everything that a person reads, runs of blanks as one.
  public let text: String

  public init(_ markup: String) {
    tokens = HTMLReader.tokens(markup)
    var pieces: [String] = []
    var links: [Link] = []
    var open: String?
    for token in tokens {
      switch token {
      case .start(name: "a", let attributes):
        if let target = attributes["href"] {
          open = target
          links.append(Link(target: target, text: ""))
        }
      case .end(name: "a"): open = nil
      case .text(let text):
        pieces.append(text)
        if open != nil { links[links.count - 1].text += text }
      case .start, .end, .other: pieces.append(" ")
      }
    }
    self.links = links
    text = pieces.joined().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    forms = HTMLForm.forms(in: tokens)
  }

  /// What stands between the tags of the first element of a name, without markup inside it.
  public func first(_ element: String) -> String? { all(element).first }

  /// The same of every such element; with a class only of those that have it.
  public func all(_ element: String, class wanted: String? = nil) -> [String] {
    var found: [String] = []
    var current: String?
    for token in tokens {
      switch token {
      case .start(element, let attributes) where wanted == nil || attributes["class"] == wanted: current = ""
      case .text(let text): current? += text
      case .end(element):
        if let text = current { found.append(text) }
        current = nil
      case .start, .end, .other: break
      }
    }
    return found
  }

  /// What the page complains of.
  public var problems: [String] { all("p", class: "problem") }

  public var description: String { text }
}
