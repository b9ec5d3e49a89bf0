import NIOCore
import Testing

@testable import Switchboard

@Suite("The words in a payload")
struct MessageTextTests {
  private func text(_ payload: String) -> String? { text(Array(payload.utf8)) }

  private func text(_ payload: [UInt8]) -> String? {
    let text = MessageText.text(in: payload)
    // What is read off the loop is what the loop took for text, but for an empty one.
    if text != nil { #expect(MessageText.isText(ByteBuffer(bytes: payload))) }
    return text
  }

  @Test("the body behind the blank line, with its line ends, however the header is written")
  func body() {
    let official =
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
      + "X-MMS-IM-Format: FN=Arial; EF=; CO=0; CS=0; PF=22\r\n\r\nGr\u{fc}\u{df}e\r\n\r\nBob"
    #expect(text(official) == "Gr\u{fc}\u{df}e\r\n\r\nBob")
    #expect(text("content-type:TEXT/Plain\r\n\r\nHello") == "Hello")
    #expect(text("Content-Type :\t text/plain ;charset=UTF-8\n\nHello") == "Hello")
  }

  @Test(
    "what is not text is not kept",
    arguments: [
      "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: alice@example.com\r\n\r\n\r\n",
      "MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\n\r\ntext/plain",
      "MIME-Version: 1.0\r\nContent-Type: text/plainer\r\n\r\nHello",
      "Content-Type: text/html\r\nContent-Type: text/plain\r\n\r\nHello",
      "X-Content-Type: text/plain\r\n\r\nHello", "MIME-Version: 1.0\r\n\r\nContent-Type: text/plain\r\n\r\nHello",
      "Content-Type: text/plain\r\nHello", "Content-Type: text/plain", "", "\r\n", "Hello",
    ])
  func otherTypes(_ payload: String) {
    #expect(text(payload) == nil)
    #expect(!MessageText.isText(ByteBuffer(string: payload)))
  }

  @Test("an empty text is nothing")
  func empty() { #expect(text("Content-Type: text/plain\r\n\r\n") == nil) }

  @Test("what is no UTF-8 is read as ISO-8859-1, and NUL never comes out")
  func encodings() {
    let head = Array("Content-Type: text/plain\r\n\r\n".utf8)
    #expect(text(head + [0x47, 0x72, 0xfc, 0xdf, 0x65]) == "Gr\u{fc}\u{df}e")
    #expect(text(head + [0x61, 0x00, 0x62]) == "a\u{fffd}b")
  }
}
