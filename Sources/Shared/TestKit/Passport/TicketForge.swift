import Credentials
import Crypto
import Foundation
import MSNP

/// Makes web tickets with the servers' own key: those that no login server gives out, and good ones where none runs.
struct TicketForge: Sendable {
  private let key: SymmetricKey

  init(key: SymmetricKey) { self.key = key }

  /// `t=<ticket>&p=`; `t=<ticket>` when that is wished.
  func ticket(_ wish: TicketWish, for handle: UserHandle, account: Int64) -> String {
    let mint = WebTicketMint(key: wish == .forged ? SymmetricKey(size: .bits256) : key)
    let now = Int64(Date.now.timeIntervalSince1970)
    let text = mint.mint(
      account: account, handle: handle, site: wish == .elsewhere ? .mail : .messenger,
      expires: wish == .expired ? now - 1 : now + WebTicketMint.signInLifetime)
    return "t=\(text)" + (wish == .bare ? "" : "&p=")
  }
}
