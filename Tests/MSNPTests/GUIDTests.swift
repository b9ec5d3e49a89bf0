import NIOCore
import Testing

@testable import MSNP

@Suite struct GUIDTests {
  private let friends = "11111111-2222-3333-4444-555555555501"

  @Test func readsAndWritesTheSameText() throws {
    for text in [friends, "aaaaaaaa-0000-0000-0000-000000000001", "01234567-89ab-cdef-0123-456789abcdef"] {
      let guid = try #require(GUID(text))
      #expect(guid.description == text)
      #expect(GUID(raw: guid.raw) == guid)
      #expect(GUID(text.uppercased()) == guid)
    }
    #expect(GUID(friends)?.raw.prefix(4) == [0x11, 0x11, 0x11, 0x11])
    #expect(GUID(friends)?.raw.last == 0x01)
  }

  @Test(arguments: [
    "", "11111111222233334444555555555501", "{11111111-2222-3333-4444-555555555501}",
    "11111111-2222-3333-4444-55555555550", "11111111-2222-3333-4444-55555555550g",
    "11111111-2222-3333-44445-55555555501", "1111111--2222-3333-4444-555555555501",
  ])
  func otherTextsAreNone(_ text: String) { #expect(GUID(text) == nil) }

  @Test func freshOnesAreOfVersion4() {
    for _ in 0..<100 {
      let text = Array(GUID.random().description)
      #expect(text[14] == "4")
      #expect("89ab".contains(text[19]))
    }
    #expect(GUID.random() != GUID.random())
  }
}

@Suite struct ListStampTests {
  /// Seconds after the year 2000; checked with `date -u -d "2000-01-01 + N seconds"`.
  @Test(arguments: [
    (1, "2000-01-01T00:00:01.0000000-00:00"), (255, "2000-01-01T00:04:15.0000000-00:00"),
    (5_097_599, "2000-02-28T23:59:59.0000000-00:00"), (5_097_600, "2000-02-29T00:00:00.0000000-00:00"),
    (5_184_000, "2000-03-01T00:00:00.0000000-00:00"), (31_622_399, "2000-12-31T23:59:59.0000000-00:00"),
    (31_622_400, "2001-01-01T00:00:00.0000000-00:00"), (3_155_760_000, "2100-01-01T00:00:00.0000000-00:00"),
    (4_294_967_295, "2136-02-07T06:28:15.0000000-00:00"),
  ])
  func version(_ version: UInt32, _ text: String) { #expect(ListStamp(ListVersion(version)).text == text) }
}
