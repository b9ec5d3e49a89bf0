import MSNP
import Roster
import Testing

@Suite("Privacy")
struct PrivacyTests {
  /// Contacts reference, section 7, rules 2 and 3: whether X, with `lists` holding W and this `BLP`, admits W.
  static let truth: [(lists: ListMembership, mode: PrivacyMode, admits: Bool)] = [
    ([], .allow, true),
    ([], .block, false),
    ([.allow], .allow, true),
    ([.allow], .block, true),
    ([.block], .allow, false),
    ([.block], .block, false),
    // No command leads here; a block must win over anything that damaged lists say.
    ([.allow, .block], .allow, false),
    ([.allow, .block], .block, false),
    // The forward and the reverse list have no say.
    ([.forward, .reverse], .allow, true),
    ([.forward, .reverse], .block, false),
    ([.forward, .reverse, .allow], .allow, true),
    ([.forward, .reverse, .allow], .block, true),
    ([.forward, .reverse, .block], .allow, false),
    ([.forward, .reverse, .block], .block, false),
  ]

  private static let watcher = AccountID(7)
  private static let neighbours = [AccountID(6), AccountID(8)]

  @Test("Lists by BLP, as the rule and as the audience that travels", arguments: truth.indices)
  func matrix(row: Int) {
    let (lists, mode, admits) = Self.truth[row]
    // Neighbours fill the lists the watcher is not on, so that a search that is off by one shows.
    let privacy = Privacy(
      mode: mode,
      allowed: AccountSet(lists.contains(.allow) ? [Self.watcher] : Self.neighbours),
      blocked: AccountSet(lists.contains(.block) ? [Self.watcher] : Self.neighbours))
    #expect(privacy.admits(Self.watcher) == admits)
    #expect(privacy.audience.admits(Self.watcher) == admits)
  }

  @Test("The audience names the blocked under BLP AL, the allowed under BLP BL")
  func audience() {
    let (one, two, three) = (AccountID(1), AccountID(2), AccountID(3))
    var privacy = Privacy(mode: .allow, allowed: AccountSet([one, two]), blocked: AccountSet([three]))
    #expect(privacy.audience == .everyone(except: AccountSet([three])))
    privacy.mode = .block
    #expect(privacy.audience == .only(AccountSet([one, two])))
    privacy.blocked.insert(two)
    #expect(privacy.audience == .only(AccountSet([one])))
  }

  @Test("A new account admits everybody")
  func newAccount() {
    #expect(Privacy() == Privacy(mode: .allow, allowed: AccountSet(), blocked: AccountSet()))
    #expect(Privacy().admits(Self.watcher))
  }
}
