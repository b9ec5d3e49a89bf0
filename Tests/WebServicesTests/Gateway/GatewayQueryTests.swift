import NIOCore
import Testing

@testable import WebServices

@Suite("What a request to the gateway asks for")
struct GatewayQueryTests {
  private let id = "1280000000.1"

  private var session: GatewaySessionID {
    get throws { try #require(GatewaySessionID(id)) }
  }

  @Test(
    "a session is opened in any order of the parameters, and an empty one is none",
    arguments: [
      "Action=open&Server=NS&IP=messenger.hotmail.com", "IP=messenger.hotmail.com&Server=NS&Action=open",
      "SessionID=&Action=open&Server=NS&IP=messenger.hotmail.com", "action=OPEN&server=ns&ip=messenger.hotmail.com",
      "&Action=open&&Server=NS&IP=messenger.hotmail.com&Something=else",
    ])
  func open(query: String) {
    #expect(GatewayQuery(query) == .open(.notification, place: "messenger.hotmail.com"))
  }

  @Test("as BitlBee asks")
  func bitlBee() throws {
    #expect(GatewayQuery("SessionID=&Action=open&Server=NS") == .open(.notification, place: nil))
    #expect(
      GatewayQuery("Action=poll&Lifespan=60&SessionID=\(id)") == .poll(try session, hold: .seconds(60)))
  }

  @Test("a session is asked")
  func ask() throws {
    #expect(GatewayQuery("SessionID=\(id)") == .send(try session))
    #expect(GatewayQuery("Action=poll&SessionID=\(id)") == .poll(try session, hold: .zero))
    #expect(GatewayQuery("SessionID=\(id)&Action=poll") == .poll(try session, hold: .zero))
    #expect(GatewayQuery("Action=open&Server=SB&IP=192.0.2.20:1863") == .open(.switchboard, place: "192.0.2.20:1863"))
  }

  @Test(
    "a poll is held as long as it says, a minute at most",
    arguments: [("3", 3), ("60", 60), ("61", 60), ("999999999", 60), ("0", 0), ("-5", 0), ("soon", 0), ("1e9", 0)])
  func lifespan(text: String, seconds: Int64) throws {
    #expect(
      GatewayQuery("Action=poll&Lifespan=\(text)&SessionID=\(id)") == .poll(try session, hold: .seconds(seconds)))
  }

  @Test(
    "everything else is none",
    arguments: [
      "", "?", "Action=open", "Action=open&Server=DS", "Action=open&Server=NS&SessionID=1.2", "Action=poll",
      "Action=close&SessionID=1.2", "SessionID=", "SessionID", "SessionID=12", "SessionID=1.2.3", "SessionID=1.-2",
      "SessionID=+1.2", "SessionID=01.2", "SessionID=1.2&SessionID=1.3", "SessionID=18446744073709551616.1",
      "SessionID=1.2%20", "Action=open&Server=NS&IP=\(String(repeating: "a", count: 600))",
    ])
  func none(query: String) {
    #expect(GatewayQuery(query) == nil)
  }

  @Test("a session's name has a dot in it and nothing that ends it, and no two are the same")
  func names() throws {
    let names = (0..<1_000).map { _ in GatewaySessionID() }
    #expect(Set(names).count == 1_000)
    for name in names {
      #expect("\(name)".utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e })
      #expect(GatewaySessionID("\(name)") == name)
    }
  }
}
