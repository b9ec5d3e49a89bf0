import MSNP
import Roster
import Testing

@Suite("Limits of lists")
struct ListLimitsTests {
  @Test("Each list has its own limit; nothing is added to the reverse list")
  func maximum() {
    let limits = ListLimits(forward: 1, allow: 2, block: 3, groups: 4)
    #expect(limits.maximum(of: .forward) == 1)
    #expect(limits.maximum(of: .allow) == 2)
    #expect(limits.maximum(of: .block) == 3)
    #expect(limits.maximum(of: .reverse) == 0)
  }
}
