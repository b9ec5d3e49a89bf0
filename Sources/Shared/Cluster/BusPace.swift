/// How fast a node may send over the bus.
///
/// Every `NOTIFY` wakes every node that listens, so they are kept under 3,000 a second in the whole cluster, even if all
/// of `n` nodes send all the time: each has `3000 / n` of them, so each one sent costs it `n / 3` milliseconds. After a
/// batch of `p` payloads the next waits `p * n / 3` milliseconds, but at least 4, in which events gather that go
/// together, and at most 50: nobody is to wait longer for a message, whatever the database thinks of it.
public enum BusPace {
  /// Milliseconds to wait after a batch of so many payloads, with so many nodes listening. A bus that has been idle for
  /// longer sends at once.
  public static func pause(afterSending payloads: Int, listeners: Int) -> Int {
    min(max((payloads * listeners + 2) / 3, 4), 50)
  }
}
