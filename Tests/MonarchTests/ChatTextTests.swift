import MSNP
import NIOCore
import Testing

@testable import Monarch

/// Messages, and the line being typed.
@Suite struct ChatTextTests {
  @Test func readsAMessage() throws {
    let message = try #require(
      ChatMessage(
        ByteBuffer(
          string: "MIME-Version: 1.0\r\ncontent-TYPE: Text/Plain; charset=UTF-8\r\nX-A:b\r\n\r\nTwo\r\n\r\nlines: ü")))
    #expect(message.type == "text/plain")
    #expect(message.header("x-a") == "b")
    #expect(message.body == "Two\n\nlines: ü")
  }

  @Test func readsLatin1OfTheOldestClients() throws {
    let message = try #require(
      ChatMessage(ByteBuffer(bytes: Array("Content-Type: text/plain\r\n\r\nGr".utf8) + [0xfc, 0xdf] + Array("e".utf8))))
    #expect(message.body == "Grüße")
  }

  @Test func aMessageWithoutTypeIsNone() {
    #expect(ChatMessage(ByteBuffer(string: "MIME-Version: 1.0\r\n\r\nHi")) == nil)
    #expect(ChatMessage(ByteBuffer()) == nil)
    #expect(ChatMessage(nil) == nil)
  }

  private func typed(_ bytes: [UInt8]) -> (lines: [LineEditor.Outcome], rest: String) {
    var editor = LineEditor()
    let lines = bytes.compactMap { editor.take($0) }
    return (lines, editor.text)
  }

  @Test func editsALine() {
    #expect(typed(Array("Hellö\u{7f}o!\n".utf8)).lines == [.line("Hello!")])
    #expect(typed(Array("one two  \u{17}three".utf8)).rest == "one three")
    #expect(typed(Array("wrong\u{15}right".utf8)).rest == "right")
    #expect(typed(Array("a\u{1b}[A\u{1b}[3~\u{1b}OPb".utf8)).rest == "ab")
    #expect(typed(Array("a\u{1}\tb\r\n".utf8)).lines == [.line("a b"), .line("")])
  }

  @Test func controlDEndsOnlyAnEmptyLine() {
    #expect(typed([0x04]).lines == [.end])
    #expect(typed(Array("a\u{4}".utf8)).lines == [])
  }
}
