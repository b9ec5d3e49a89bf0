import Testing

@testable import TestKit

/// The tests' own framing of what a server sends: any split gives the same lines, and a sloppy line is an error.
@Suite struct ServerStreamTests {
  private static let bytes = Array(
    "VER 1 MSNP7\r\nMSG Hotmail Hotmail 4\r\na\r\nbUBX bob@example.com 0\r\nGCF 9 a.xml 3\r\n<a>UUX 9 0\r\nQNG\r\n".utf8
  )
  private static let lines = [
    ServerLine(bytes: Array("VER 1 MSNP7".utf8), payload: nil),
    ServerLine(bytes: Array("MSG Hotmail Hotmail 4".utf8), payload: Array("a\r\nb".utf8)),
    ServerLine(bytes: Array("UBX bob@example.com 0".utf8), payload: []),
    ServerLine(bytes: Array("GCF 9 a.xml 3".utf8), payload: Array("<a>".utf8)),
    ServerLine(bytes: Array("UUX 9 0".utf8), payload: nil),
    ServerLine(bytes: Array("QNG".utf8), payload: nil),
  ]

  @Test(arguments: 0...bytes.count)
  func everySplitGivesTheSameLines(at split: Int) throws {
    var stream = ServerStream()
    var lines: [ServerLine] = []
    for piece in [ServerStreamTests.bytes[..<split], ServerStreamTests.bytes[split...]] {
      stream.append(Array(piece))
      while let line = try stream.next() { lines.append(line) }
    }
    #expect(lines == ServerStreamTests.lines)
    #expect(stream.unread.isEmpty)
  }

  @Test(arguments: [
    "QNG\n", "\r\n", " QNG\r\n", "QNG \r\n", "VER  1\r\n", "VER\t1 2\r\n", "QN\r\n", "MSG a b\r\n", "VER 1 é\r\n",
  ])
  func aSloppyLineIsAnError(line: String) throws {
    var stream = ServerStream()
    stream.append(Array(line.utf8))
    #expect(throws: ClientFailure.self) { _ = try stream.next() }
  }
}
