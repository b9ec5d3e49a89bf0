import NIOCore
import Testing

@testable import MSNP

@Suite struct DialectTests {
  /// The reference's table "what changed with each version" (section 4), and for what the table lacks the section that
  /// dates it; one sign for each of MSNP2 to MSNP12.
  private static let table: [Dialect.Feature: String] = [
    .clearTextSignIn: "x----------",
    .digestSignIn: "xxxxxx-----",
    .transferFlag: "-xxxxxxxxxx",
    .transferOrigin: "-----xxxxxx",
    .nameInSignIn: "xxxxxxxx---",
    .verifiedFlag: "----xxxxxxx",
    .restrictedFlag: "------xxxxx",
    .fullProfile: "-xxxxxxxxxx",
    .clientAddressInProfile: "------xxxxx",
    .listVersions: "xxxxxxxx---",
    .properties: "---xxxxxxxx",
    .groups: "-----xxxxxx",
    .challenges: "----xxxxxxx",
    .productInChallenge: "---------xx",
    .capabilities: "------xxxxx",
    .objects: "-------xxxx",
    .personalMessages: "---------xx",
    .capabilitiesOnSwitchboard: "----------x",
    .mailInvitationText: "---xxxxxxxx",
    .handleInVersion: "------xxxxx",
    .acknowledgedData: "-------xxxx",
    .siteInPageAddress: "-xxxxxxxxxx",
    .ticketSignIn: "------xxxxx",
    .combinedLists: "------xxxxx",
    .contactGUIDs: "--------xxx",
    .listStamps: "--------xxx",
    .networkInLists: "----------x",
    .pendingList: "--------xxx",
    .pingInterval: "-------xxxx",
    .subscriptions: "---------xx",
    .shields: "---------xx",
    .addressBookHeader: "--------xxx",
    .pagesByKind: "-------xxxx",
    .alerts: "---xxxxxxxx",
    .mailCounts: "-xxxxxxxxxx",
    .mailCountsInXML: "---------xx",
  ]

  @Test(arguments: Dialect.Feature.allCases)
  func featuresFollowTheReference(_ feature: Dialect.Feature) throws {
    let row = try #require(Self.table[feature], "no row for \(feature)")
    let dialects = Dialect.allCases.filter { $0 <= .msnp12 }
    #expect(String(dialects.map { $0.has(feature) ? "x" : "-" }) == row)
  }

  @Test func namesAreReadWithoutCase() {
    #expect(Dialect(name: "MSNP2") == .msnp2)
    #expect(Dialect(name: "msnp7") == .msnp7)
    #expect(Dialect(name: "MSNP21") == .msnp21)
    #expect(Dialect.allCases.map(\.name).compactMap { Dialect(name: $0) } == Dialect.allCases)
  }

  @Test(arguments: [
    "", "MSNP", "MSNP0", "MSNP1", "MSNP22", "MSNP99", "MSNP256", "MSNP+7", "MSNP07", "MSNP7x", "CVR0", "MSN7", "XMSNP7",
  ])
  func otherNamesAreNoDialect(_ name: String) { #expect(Dialect(name: name) == nil) }
}

@Suite struct VersionOfferTests {
  private let spoken: ClosedRange<Dialect> = .msnp2 ... .msnp12

  /// Test vectors, sections 7 and 9; `VER 1 MSNP7 MSNP6 MSNP5` is how some clients without `CVR0` ask.
  @Test(arguments: [
    ("VER 1 MSNP12 MSNP11 MSNP10 CVR0", "VER 1 MSNP12 CVR0"), ("VER 1 MSNP99", "VER 1 0"), ("VER 1 CVR0", "VER 1 CVR0"),
    ("VER 0 MSNP2 CVR0", "VER 0 MSNP2 CVR0"), ("VER 1 MSNP5 MSNP4 CVR0", "VER 1 MSNP5 CVR0"),
    ("VER 1 MSNP7 MSNP6 MSNP5", "VER 1 MSNP7"), ("VER 1 MSNP5", "VER 1 MSNP5"),
    ("VER 1 msnp7 cvr0", "VER 1 MSNP7 CVR0"),
    ("VER 1 CVR0 MSNP4 MSNP7 MSNP5", "VER 1 MSNP7 CVR0"), ("VER 1", "VER 1 0"), ("VER 1 MSNP21 MSNP20", "VER 1 0"),
  ])
  func answers(_ offer: String, _ answer: String) throws {
    let line = try Line(splitting: ByteBuffer(string: offer))
    let transaction = try #require(line.transactionID)
    let choice = VersionOffer(line, spoken: spoken).choice
    #expect(written(.msnp2) { $0.ver(transaction, choice) } == answer + "\r\n")
  }

  @Test func onlySpokenDialectsAreChosen() {
    let offer = VersionOffer(["MSNP9", "MSNP8", "MSNP7", "CVR0"], spoken: .msnp2 ... .msnp7)
    #expect(offer.choice == .dialect(.msnp7, repeatsCVR0: true))
    #expect(VersionOffer(["MSNP9", "MSNP8"], spoken: .msnp2 ... .msnp7).choice == .nothing)
    #expect(VersionOffer(["MSNP9", "CVR0"], spoken: .msnp2 ... .msnp7).choice == .versionQueryOnly)
  }

  @Test func aVersionOfferOfNothingIsNoOffer() throws {
    #expect(VersionOffer(try Line(splitting: ByteBuffer(string: "VER")), spoken: spoken).choice == .nothing)
  }
}

@Suite struct ClientVersionTests {
  private func answer(_ text: String) throws -> String {
    let line = try Line(splitting: ByteBuffer(string: text))
    let transaction = try #require(line.transactionID)
    let client = try ClientVersion(line)
    return written(.msnp2) { $0.version(line.verb, transaction, client, site: "http://example.com/") }
  }

  /// Transcripts 9.1, 9.2 and 9.8, and the empty code base of section 4.
  @Test(arguments: [
    (
      "CVQ 1 0x0409 win 4.10 i386 MSMSGS 1.0.0863",
      "CVQ 1 1.0.0863 1.0.0863 1.0.0863 http://example.com/ http://example.com/"
    ),
    (
      "CVR 9 0x0409 win 4.10 i386 MSMSGS 1.0.0863",
      "CVR 9 1.0.0863 1.0.0863 1.0.0863 http://example.com/ http://example.com/"
    ),
    (
      "CVR 5 0x0409 win 4.10 i386 MSNMSGR 5.0.0544 MSMSGS alice@example.com",
      "CVR 5 5.0.0544 5.0.0544 5.0.0544 http://example.com/ http://example.com/"
    ),
    (
      "CVQ 1 0x0409 win 4.10 i386 MSMSGS 3.0.0283 ",
      "CVQ 1 3.0.0283 3.0.0283 3.0.0283 http://example.com/ http://example.com/"
    ),
  ])
  func everybodyIsUpToDate(_ question: String, _ reply: String) throws {
    #expect(try answer(question) == reply + "\r\n")
  }

  @Test(arguments: [
    "CVR 1", "CVR 1 0x0409 win 4.10 i386 MSMSGS", "CVR 1 1033 win 4.10 i386 MSMSGS 1.0.0863",
    "CVR 1 0x0409 win 4.10 i386 MSMSGS 123456789012345678901234567890123",
    "CVR 1 0x0409 win 4.10 i386 MSMSGS 1.0ü",
  ])
  func whatIsMissingIsARefusal(_ text: String) {
    #expect(throws: ErrorCode.badVersionParameters) { try answer(text) }
  }
}
