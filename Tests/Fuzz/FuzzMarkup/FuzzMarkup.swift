import FuzzKit
import MSNP
import NIOCore

@testable import WebServices

/// A document of a client. What is read stays within its limits, and is read as the same after it was written.
@_cdecl("FuzzMarkup_main")
func main(_ count: Int32, _ arguments: ProgramArguments) -> Int32 {
  fuzz(count, arguments) { start, size in
    let bytes = Array(FuzzInput(start, size).rest.readableBytesView)
    guard let document = try? MarkupReader.read(bytes) else { return 0 }
    hold(document.depth <= MarkupReader.maximumDepth, "depth \(document.depth)")
    hold(document.count <= MarkupReader.maximumElements, "\(document.count) elements")
    hold(document.length <= bytes.count, "\(document.length) bytes of text")
    let written = document.written
    let again = try? MarkupReader.read(Array(written.utf8))
    hold(again == document, "\(written) is read as \(String(describing: again))")
    return 0
  }
}

extension Markup {
  fileprivate var depth: Int { 1 + (children.map(\.depth).max() ?? 0) }
  fileprivate var count: Int { 1 + children.reduce(0) { $0 + $1.count } }
  fileprivate var length: Int { text.utf8.count + children.reduce(0) { $0 + $1.length } }

  /// Its text before its children: where in between it stood is not kept.
  fileprivate var written: String {
    "<\(name)>\(XMLText.escaped(text))\(children.map(\.written).joined())</\(name)>"
  }
}
