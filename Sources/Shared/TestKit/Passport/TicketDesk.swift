/// A web ticket that a play asks for: `{ticket alice}`, `{ticket alice expired}`.
public enum TicketWish: String, Sendable, CaseIterable {
  /// As somebody gets it who has proved the password.
  case good
  /// A good one without the `&p=` behind it.
  case bare
  /// Good until a moment ago.
  case expired
  /// Signed with a key that no server has.
  case forged
  /// Good, but for another site than Messenger.
  case elsewhere
}

/// Where scripted clients get the web tickets that `USR n TWN S` takes.
public protocol TicketDesk: AnyObject {
  /// What follows `USR n TWN S`: `t=<ticket>&p=`.
  ///
  /// - Parameters:
  ///   - handle: whose, as plays write it.
  ///   - policy: what the server said to `USR n TWN I`, which clients hand on to the login server.
  func ticket(_ wish: TicketWish, for handle: String, policy: String) throws -> String
}
