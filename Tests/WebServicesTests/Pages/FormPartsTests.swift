import Credentials
import Foundation
import MSNP
import Roster
import TestKit
import Testing

@testable import WebServices

/// Forms with files, byte by byte.
struct MultipartFormTests {
  private func form(_ body: String, _ type: String = "multipart/form-data; boundary=xyz") -> MultipartForm? {
    MultipartForm(Array(body.utf8), contentType: type)
  }

  @Test func fieldsAndFilesAreFound() throws {
    let text =
      "--xyz\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nabc\r\n"
      + "--xyz\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"C:\\me.png\"\r\nContent-Type: image/png\r\n\r\n"
      + "one\r\ntwo\r\n--xy\r\n\r\n--xyz--\r\n"
    let found = try #require(form(text))
    #expect(found.fields.map(\.name) == ["token"])
    #expect(found.fields.map(\.value) == ["abc"])
    #expect(found.files == ["picture": Array("one\r\ntwo\r\n--xy\r\n".utf8)])
  }

  @Test func aBoundaryMayStandInQuotes() throws {
    let found = try #require(
      form(
        "--a b\r\ncontent-disposition: form-data; NAME=x\r\n\r\n1\r\n--a b--", "Multipart/Form-Data; Boundary=\"a b\""))
    #expect(found.fields.map(\.value) == ["1"])
  }

  @Test(arguments: [
    "", "--xyz", "--xyz\r\n", "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end", "--xyzzy--\r\n",
    "xyz--", "--xyz\r\n--xyz\r\n", "--xyz\r\n--xyz--\r\n",
    String(repeating: "--xyz\r\n\r\n\r\n", count: 40) + "--xyz--",
  ])
  func whatIsNoSuchFormIsNone(_ text: String) { #expect(form(text) == nil) }

  @Test(arguments: ["multipart/form-data", "multipart/form-data; boundary=", "text/plain"])
  func withoutABoundaryThereIsNone(_ type: String) { #expect(form("--\r\n\r\n----", type) == nil) }

  @Test func aPartWithoutANameIsLeftOut() throws {
    let found = try #require(form("--xyz\r\n\r\nx\r\n--xyz\r\nContent-Disposition: form-data\r\n\r\ny\r\n--xyz--"))
    #expect(found.fields.isEmpty && found.files.isEmpty)
  }
}

/// What bytes say of a picture.
struct PictureFileTests {
  static let png: [UInt8] =
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13] + Array("IHDR".utf8)
    + [0, 0, 0, 96, 0, 0, 0, 64, 8, 6, 0, 0, 0, 1, 2, 3, 4]
  static let gif: [UInt8] = Array("GIF89a".utf8) + [0x60, 0x01, 0x40, 0x00, 0, 0, 0]
  /// APP0, a table, and a frame of 96 by 352.
  static let jpeg: [UInt8] =
    [
      0xff, 0xd8, 0xff, 0xe0, 0, 6, 1, 2, 3, 4, 0xff, 0xff, 0xdb, 0, 4, 9, 9, 0xff, 0xc2, 0, 17, 8, 0x01, 0x60, 0, 96,
      3,
    ]
    + Array(repeating: 0, count: 9) + [0xff, 0xda]

  @Test(arguments: [
    (png, "image/png", 96, 64), (gif, "image/gif", 352, 64),
    (Array("GIF87a".utf8) + gif.dropFirst(6), "image/gif", 352, 64),
    (jpeg, "image/jpeg", 96, 352),
  ])
  func kindAndSizeAreRead(_ bytes: [UInt8], _ type: String, _ width: Int, _ height: Int) throws {
    let file = try #require(PictureFile(bytes))
    #expect(file.type == type && file.width == width && file.height == height)
    #expect(file.isSane)
  }

  @Test(arguments: [
    [], Array("GIF89a".utf8), Array(png.prefix(32)), Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8),
    Array("<html>".utf8) + png, [0xff, 0xd8, 0xff, 0xda, 0, 4, 1, 1], [0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xc0],
    Array(jpeg.prefix(24)), [0xff, 0xd8, 0xff] + Array(repeating: 0xff, count: 100),
  ])
  func whatIsNoPictureIsNone(_ bytes: [UInt8]) { #expect(PictureFile(bytes) == nil) }

  @Test func nobodyShowsWhatIsTooLargeOrNothing() throws {
    var empty = PictureFileTests.png
    empty[19] = 0
    #expect(try #require(PictureFile(empty)).isSane == false)
    var huge = PictureFileTests.gif
    huge[7] = 0x20
    #expect(try #require(PictureFile(huge)).isSane == false)
    #expect(
      PicturePage.problem(with: huge)
        == "That picture has 8288 by 64 pixels: make it at most 2048 on either side.")
    #expect(
      PicturePage.problem(with: PictureFileTests.png + Array(repeating: 0, count: 65_536))
        == "That file has 65 KB, and a picture may have 64: make it smaller first.")
    #expect(PicturePage.problem(with: PictureFileTests.png) == nil)
  }
}

/// Who sees a profile: every audience, for everybody.
struct ProfileRuleTests {
  private static let viewer = AccountID(2)

  private func owner(contact: Bool, blocked: Bool, allowed: Bool = false) throws -> SessionRoster {
    let handle = try #require(UserHandle("alice@example.com"))
    return SessionRoster(
      handle: handle, name: FriendlyName(handle),
      privacy: Privacy(
        allowed: AccountSet(allowed ? [ProfileRuleTests.viewer] : []),
        blocked: AccountSet(blocked ? [ProfileRuleTests.viewer] : [])),
      forward: AccountSet(contact ? [ProfileRuleTests.viewer] : []), version: ListVersion(1))
  }

  @Test(arguments: [
    (MemberProfile.Audience.nobody, false, false), (.nobody, true, false), (.contacts, false, false),
    (.contacts, true, true), (.everyone, false, true), (.everyone, true, true),
  ])
  func theOwnersListDecides(_ audience: MemberProfile.Audience, _ isContact: Bool, _ sees: Bool) throws {
    let viewer = ProfileRuleTests.viewer
    #expect(ProfileRule.admits(viewer, audience, try owner(contact: isContact, blocked: false)) == sees)
    #expect(!ProfileRule.admits(viewer, audience, try owner(contact: isContact, blocked: true)))
    // To be let see somebody online is not to be on their list.
    #expect(
      ProfileRule.admits(viewer, audience, try owner(contact: false, blocked: false, allowed: true))
        == (audience == .everyone))
  }
}

/// How values are written into pages.
struct PageTextTests {
  @Test(arguments: [
    ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"), ("\"\u{301} onclick=x", "&quot;\u{301} onclick=x"),
    ("a\u{0}b", "a\u{fffd}b"),
    ("<\u{338}", "&lt;\u{338}"), ("&amp;", "&amp;amp;"), ("é\r\n", "é\r\n"),
  ])
  func valuesAreText(_ value: String, _ written: String) { #expect(PageText().escapeText(value) == written) }

  /// In the lists of a page too.
  @Test func noTemplateLetsMarkupThrough() throws {
    let value = "\"\u{301} onmouseover=alert(1) x=\"<script>"
    let content: [String: Any] = [
      "of": value, "shown": ["rows": [["title": value, "text": value]], "about": [value]],
    ]
    let text = try Templates().text("profile", content)
    let written = "&quot;\u{301} onmouseover=alert(1) x=&quot;&lt;script&gt;"
    #expect(text.components(separatedBy: written).count == 5)
    for token in HTMLReader.tokens(text) {
      guard case .start(let name, let attributes) = token else { continue }
      #expect(name != "script")
      #expect(!attributes.keys.contains { $0.hasPrefix("on") })
    }
  }
}

struct OldClientPasswordTests {
  @Test func theyAreRandomAndNothingInThemIsTakenForSomethingElse() throws {
    let passwords = (0..<200).map { _ in OldClientPassword.random() }
    #expect(Set(passwords).count == 200)
    for password in passwords {
      #expect(password.wholeMatch(of: /[a-km-np-z2-9]{16}/) != nil)
      #expect(throws: Never.self) { try PasswordRule.check(password) }
    }
    // 32 characters, each of which turns up: five bits a character.
    #expect(Set(passwords.joined()).count == 32)
  }
}
