import NIOCore
import Testing

@testable import MSNP

/// Promise S10: nobody forges the server's own messages.
@Suite struct ServerOnlyContentTests {
  private func isClaimed(_ text: String) -> Bool { ServerOnlyContent.isClaimed(by: ByteBuffer(string: text)) }

  @Test(arguments: [
    "text/x-msmsgsprofile", "text/x-msmsgsinitialemailnotification", "text/x-msmsgsemailnotification",
    "text/x-msmsgsactivemailnotification", "text/x-msmsgsinitialmdatanotification", "text/x-msmsgsoimnotification",
    "application/x-msmsgsemailnotification", "application/x-msmsgssystemmessage",
  ])
  func everyTypeOfTheServerIsRefused(_ type: String) {
    #expect(isClaimed("MIME-Version: 1.0\r\nContent-Type: \(type)\r\n\r\nType: 1\r\nArg1: 5\r\n"))
    #expect(isClaimed("MIME-Version: 1.0\r\nContent-Type: \(type); charset=UTF-8\r\n\r\n"))
    #expect(isClaimed("MIME-Version: 1.0\r\ncontent-TYPE: \(type.uppercased())\r\n\r\n"))
  }

  @Test(arguments: [
    "Content-Type: text/x-msmsgsprofile",
    "Content-Type:text/x-msmsgsprofile\r\n\r\n",
    "Content-Type:\ttext/x-msmsgsprofile\r\n\r\n",
    "Content-Type \t:   text/x-msmsgsprofile\r\n\r\n",
    "Content-Type:\r\n text/x-msmsgsprofile\r\n\r\n",
    "Content-Type:\r\n\ttext/x-msmsgsprofile\r\n\r\n",
    "Content-Type: \r\n \r\n \t text/x-msmsgsprofile\r\n\r\n",
    "Content-Type:\n text/x-msmsgsprofile\n\n",
    "Content-Type: text/plain\r\nContent-Type: text/x-msmsgsprofile\r\n\r\n",
    "Content-Type: text/x-msmsgsprofile\r\nContent-Type: text/plain\r\n\r\n",
    "\r\nContent-Type: text/x-msmsgsprofile\r\n\r\n",
    "X: y\r\nContent-Type: text/x-msmsgsprofile\u{301}; charset=UTF-8\r\n\r\n",
    "X: \u{301}\r\nContent-Type: text/x-msmsgsprofile\r\n\r\n",
  ])
  func noSpellingSlipsThrough(_ text: String) { #expect(isClaimed(text)) }

  @Test(arguments: [
    "", "\r\n", "hi!", "Content-Type: text/plain; charset=UTF-8\r\n\r\nhi", "Content-Type\r\n\r\n",
    "Content-Type: text/plain\r\n\r\nContent-Type: text/x-msmsgsprofile\r\n\r\n",
    "Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n", "Content-Type: text/x-msmsgscontrol\r\n\r\n",
    "Content-Type: application/x-msnmsgrp2p\r\n\r\n", "Content-Type: \r\ntext/x-msmsgsprofile: x\r\n\r\n",
    "X-Content-Type: text/x-msmsgsprofile\r\n\r\n", "Subject: Content-Type: text/x-msmsgsprofile\r\n\r\n",
    "Content-Type: text/plain; text/x-msmsgsprofile\r\n\r\n",
  ])
  func whatUsersSendPasses(_ text: String) { #expect(!isClaimed(text)) }

  @Test func binaryPayloadsPass() {
    var payload = ByteBuffer(string: "MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\n\r\n")
    payload.writeBytes((0..<1202).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    #expect(!ServerOnlyContent.isClaimed(by: payload))
    #expect(!ServerOnlyContent.isClaimed(by: ByteBuffer(bytes: (0...255).reversed().map { UInt8($0) })))
  }
}
