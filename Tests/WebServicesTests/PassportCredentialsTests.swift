import Credentials
import Testing

@testable import WebServices

/// The header of Passport 1.4, after the test vectors of the reference (section 7).
struct PassportCredentialsTests {
  private static let policy =
    "lc=1033,id=507,tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=1062764229,kpp=1,kv=5,ver=2.1.0173.1,"
    + "tpf=43f8a4c8ed940c04e3740be46c4d1619"
  private static let vector =
    "Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=alice%40example.com,"
    + "pwd=p%2Cw%20d%25%2B%C3%A9,\(policy)"

  @Test(arguments: [
    vector, vector.replacing(",", with: ", "), vector.replacing("OrgURL", with: "OrgUrl") + ",elapsed-time=0",
    vector.replacing("Passport1.4 ", with: "Passport1.4 Passport1.4 "), "passport1.4   " + vector.dropFirst(12),
    vector.replacing("sign-in", with: "Sign-In").replacing("pwd", with: "PWD"),
    vector.replacing("alice%40", with: "alice@"), vector + ",tname=MSPAuth,tname=MSPProf,unknown", vector + ",",
    "Passport1.4 id=507,pwd=p%2Cw%20d%25%2B%C3%A9,sign-in=alice%40example.com",
    vector.replacing("sign-in", with: "sign%2Din"), vector.replacing("OrgVerb=GET", with: "OrgVerb=POST"),
  ])
  func theReferencesVectors(_ header: String) throws {
    let found = try #require(PassportCredentials(header: header))
    #expect(found.signIn == "alice@example.com")
    #expect(found.password == "p,w d%+é")
    #expect(found.site == .messenger)
  }

  @Test(arguments: [
    "", "Passport1.4", "Passport1.4 ", "Basic YTpi", "Passport1.40 sign-in=a,pwd=b", "Passport1.4 sign-in=a%40b.c",
    "Passport1.4 pwd=x", "Passport1.4 ,,,", "sign-in=a%40b.c,pwd=x",
  ])
  func whatIsNoneIsNone(_ header: String) { #expect(PassportCredentials(header: header) == nil) }

  /// Twisted encodes the first of the two only.
  @Test func whatIsNotEncodedCountsAsItIs() {
    let found = PassportCredentials(header: "Passport1.4 sign-in=alice%40example.com,pwd=50%,a b=c+d,id=2,lc=1033")
    #expect(found?.password == "50%")
    let comma = PassportCredentials(header: "Passport1.4 sign-in=alice%40example.com,pwd=a,b,lc=1033")
    #expect(comma?.password == "a,b")
  }

  @Test(arguments: [("id=2", 2), ("id=1", 1), ("id=x", 507), ("id=", 507), ("lc=1033", 507), ("id=4294967296", 507)])
  func theSiteIsThatOfTheNumber(_ pair: String, _ site: UInt32) {
    let found = PassportCredentials(header: "Passport1.4 sign-in=a%40b.c,pwd=x,\(pair)")
    #expect(found?.site == PassportSite(rawValue: site))
  }

  @Test func theFirstOfANameCounts() {
    let found = PassportCredentials(header: "Passport1.4 sign-in=a%40b.c,pwd=x,pwd=y,sign-in=d%40e.f")
    #expect(found?.signIn == "a@b.c")
    #expect(found?.password == "x")
  }

  @Test func anEmptyPasswordIsOne() {
    #expect(PassportCredentials(header: "Passport1.4 sign-in=a%40b.c,pwd=,id=507")?.password == "")
  }
}
