import Glibc
import NIOCore
import Synchronization

/// How many connections one address may hold at a time: an IPv4 address, or an IPv6 network of 64 bits.
public final class AddressLimit: Sendable {
  private let maximum: Int
  private let countsLoopback: Bool
  private let exempt: AddressBlocks
  private let counts = Mutex<[String: Int]>([:])

  /// Loopback is exempt unless asked for: a proxy or a test on the same machine is not one person.
  ///
  /// - Parameter exempt: the addresses of proxies, for the same reason.
  public init(maximum: Int = 256, countsLoopback: Bool = false, exempt: AddressBlocks = AddressBlocks()) {
    self.maximum = maximum
    self.countsLoopback = countsLoopback
    self.exempt = exempt
  }

  /// Counts the connection until it closes; false when its address holds too many already.
  func admit(_ channel: any Channel) -> Bool {
    guard let address = channel.remoteAddress, let key = address.limitKey(countsLoopback: countsLoopback),
      !exempt.contains(address.ipAddress ?? "")
    else { return true }
    let isAdmitted = counts.withLock { counts in
      let count = counts[key, default: 0]
      guard count < maximum else { return false }
      counts[key] = count + 1
      return true
    }
    guard isAdmitted else { return false }
    channel.closeFuture.whenComplete { [self] _ in release(key) }
    return true
  }

  private func release(_ key: String) {
    counts.withLock { counts in
      let count = counts[key, default: 0] - 1
      counts[key] = count > 0 ? count : nil
    }
  }
}

extension SocketAddress {
  /// What limits count as one source; nil when it is exempt.
  public func limitKey(countsLoopback: Bool) -> String? {
    guard let text = ipAddress else { return nil }
    if !countsLoopback, text.hasPrefix("127.") || text == "::1" || text.hasPrefix("::ffff:127.") { return nil }
    guard text.contains(":"), !text.hasPrefix("::ffff:") else { return text }
    var network = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, text, &network) == 1 else { return text }
    return network.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
  }
}
