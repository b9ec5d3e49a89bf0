import NIOCore
import Testing

@testable import ServerKit

@Suite("Counting what happens")
struct TallyTests {
  private func at(_ seconds: Double) -> NIODeadline { .uptimeNanoseconds(UInt64(seconds * 1_000_000_000)) }

  @Test("what is ten seconds old is no longer recent, and counted for good")
  func recent() {
    let tally = Tally()
    tally.add(at(100.0))
    tally.add(at(100.9))
    tally.add(at(105.5))
    #expect(tally.recent(at(109.9)) == 3)
    #expect(tally.recent(at(110.0)) == 1)
    #expect(tally.recent(at(114.9)) == 1)
    #expect(tally.recent(at(115.0)) == 0)
    #expect(tally.total == 3)
  }

  @Test("after a long rest nothing of before is recent, wherever the seconds fall")
  func rest() {
    for pause in [10.0, 11.0, 19.0, 20.0, 1_000_003.0] {
      let tally = Tally()
      for second in 0..<10 { tally.add(at(200 + Double(second))) }
      #expect(tally.recent(at(209)) == 10)
      tally.add(at(209 + pause))
      #expect(tally.recent(at(209 + pause)) == 1, "\(pause)")
      #expect(tally.total == 11)
    }
  }

  @Test("a clock read earlier counts in the second that has begun since")
  func overtaken() {
    let tally = Tally()
    tally.add(at(300))
    tally.add(at(299))
    #expect(tally.recent(at(309)) == 2)
    #expect(tally.recent(at(310)) == 0)
  }

  @Test("nothing has happened at first")
  func empty() {
    let tally = Tally()
    #expect(tally.recent(at(5)) == 0)
    #expect(tally.total == 0)
  }
}
