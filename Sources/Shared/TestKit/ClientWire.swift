/// What carries a scripted client's bytes: a TCP connection, or a session at an HTTP gateway. No call waits longer than
/// its limit.
protocol ClientWire: AnyObject {
  /// Sends every byte, or throws when the connection is gone or the limit passes.
  func write(_ bytes: [UInt8], within limit: Duration) throws(ClientFailure)
  /// Waits for bytes, the end of the stream (a reset counts as one) or the deadline.
  func read(atMost limit: Int, until deadline: ContinuousClock.Instant) -> ClientSocket.Received
  /// Sends what is taken at once; answers with the number of bytes, or nil when the connection is gone.
  func writeSome(_ bytes: [UInt8]) -> Int?
  /// The port of this end; 0 where there is none.
  var localPort: Int { get }
  func close()
}

extension ClientSocket: ClientWire {}
