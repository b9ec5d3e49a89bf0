import MSNP
import Roster
import SignIn
import Testing

@testable import NotificationServer

@Suite("What a client is told of its own account, and of the service")
struct ProfileMessageTests {
  /// The payload of the profile message at sign-in, whole.
  private func payload(_ dialect: Dialect, _ profile: MemberProfile) throws -> String {
    var stage = try Stage.entering(dialect)
    var roster = try Stage.sessionRoster()
    roster.profile = profile
    let lines = stage.hears(.answer(.entered(roster))).lines
    let message = try #require(lines.firstRange(of: "MSG Hotmail Hotmail "))
    let rest = lines[message.upperBound...]
    let end = try #require(rest.firstRange(of: "\r\n"))
    let text = String(rest[end.upperBound...])
    #expect(Int(rest[..<end.lowerBound]) == text.utf8.count)
    return text
  }

  private func headers(_ dialect: Dialect, language: String, country: String, postalCode: String, gender: String)
    -> String
  {
    let all = [
      "MIME-Version: 1.0", "Content-Type: text/x-msmsgsprofile; charset=UTF-8", "LoginTime: 1726321960",
      "EmailEnabled: 0", "MemberIdHigh: 0", "MemberIdLow: 1", "lang_preference: \(language)",
      "preferredEmail: alice@example.com", "country: \(country)", "PostalCode: \(postalCode)", "Gender: \(gender)",
      "Kid: 0", "Age: ", "BDayPre: ", "Birthday: ", "Wallet: ", "Flags: 1027", "sid: 507", "kv: 11",
      // The ticket with which she signed in; before there were tickets two numbers of the dice, which fall 4.
      "MSPAuth: \(dialect.has(.ticketSignIn) ? "ticket" : "44$$")",
    ]
    return (all + (dialect > .msnp9 ? ["ABCHMigrated: 1"] : [])).map { $0 + "\r\n" }.joined() + "\r\n"
  }

  @Test("what the profile tells stands in its headers", arguments: [Dialect.msnp3, .msnp7, .msnp8, .msnp12])
  func told(_ dialect: Dialect) throws {
    var profile = MemberProfile()
    profile.language = 1031
    profile.country = "DE"
    profile.postalCode = "10115"
    profile.gender = .female
    profile.birthday = MemberProfile.Birthday(year: 1984, month: 2, day: 29)
    profile.about = "Nobody's business\nhere"
    #expect(
      try payload(dialect, profile)
        == headers(dialect, language: "1031", country: "DE", postalCode: "10115", gender: "F"))
  }

  @Test("what it does not tell is as for everybody", arguments: [Dialect.msnp3, .msnp7, .msnp8, .msnp12])
  func untold(_ dialect: Dialect) throws {
    #expect(
      try payload(dialect, MemberProfile())
        == headers(dialect, language: "1033", country: "US", postalCode: "", gender: ""))
  }

  @Test("MSNP2 is told nothing of it")
  func oldest() throws {
    var stage = Stage()
    _ = try stage.says("VER 1 MSNP2 CVR0")
    _ = try stage.says("USR 2 CTP I alice@example.com secret")
    _ = stage.hears(.answer(.verdict(.judged(Stage.alice))))
    var roster = try Stage.sessionRoster()
    roster.profile.country = "DE"
    let lines = stage.hears(.answer(.entered(roster))).lines
    #expect(
      lines == "USR 2 OK alice@example.com Alice\r\nMSG Hotmail Hotmail 95\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\nLoginTime: 1726321960\r\n\r\n")
  }

  @Test("that the service goes down is told who is signed in", arguments: [Dialect.msnp3, .msnp7, .msnp8, .msnp12])
  func maintenance(_ dialect: Dialect) throws {
    var entering = try Stage.entering(dialect)
    #expect(entering.hears(.maintenance(minutes: 5)).lines == "")
    var stage = try Stage.signedIn(dialect)
    let step = stage.hears(.maintenance(minutes: 5))
    #expect(
      step.lines == "MSG Hotmail Hotmail 88\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n")
    #expect(step.ending == nil)
  }
}
