/// An element of an XML document that was read: names without their prefixes, text without markup.
struct Markup: Hashable, Sendable {
  let name: String
  fileprivate(set) var children: [Markup] = []
  /// The text directly in it, that of its children left out.
  fileprivate(set) var text = ""

  init(_ name: String) { self.name = name }

  /// The first element of a name, itself included, in the order of the document.
  func first(_ name: String) -> Markup? {
    if self.name == name { return self }
    for child in children {
      if let found = child.first(name) { return found }
    }
    return nil
  }

  mutating func append(_ text: String) { self.text += text }
  mutating func append(_ child: Markup) { children.append(child) }
}

extension Markup {
  /// What every document of this server begins with.
  static let declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
}

/// Why a document is not read.
enum MarkupRefusal: Error, Hashable, Sendable {
  /// It is not well-formed, or not in UTF-8.
  case broken
  /// It declares a document type, whose entities could read files or grow without end.
  case doctype
  /// It has too many elements, or they are nested too deeply.
  case tooLarge
}
