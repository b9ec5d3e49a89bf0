import Glibc
import NIOCore
import Synchronization

/// How many connections one address may hold at a time: an IPv4 address, or an IPv6 network of 64 bits.
///
/// A web node's connections are its clients': each is counted under the web node's address until its preface has come,
/// then under its client's. Where prefaces are taken, an address that is full may have a few connections more for a
/// moment, on trial: a web node says at once for whom it comes, and whoever does not is refused then.
public final class AddressLimit: Sendable {
  private struct Count {
    var admitted = 0
    var onTrial = 0
  }

  private let maximum: Int
  private let maximumOnTrial: Int
  private let countsLoopback: Bool
  private let exempt: AddressBlocks
  private let counts = Mutex<[String: Count]>([:])

  /// Loopback is exempt unless asked for: a proxy or a test on the same machine is not one person.
  ///
  /// - Parameters:
  ///   - onTrial: how many connections of an address that is full may be on trial.
  ///   - exempt: the addresses of proxies, for the same reason.
  public init(
    maximum: Int = 256, onTrial maximumOnTrial: Int = 64, countsLoopback: Bool = false,
    exempt: AddressBlocks = AddressBlocks()
  ) {
    self.maximum = maximum
    self.maximumOnTrial = maximumOnTrial
    self.countsLoopback = countsLoopback
    self.exempt = exempt
  }

  /// A connection's place in the count, until it closes.
  final class Place: Sendable {
    /// Where it is counted; nil key for nowhere.
    struct Standing {
      var key: String?
      var isOnTrial = false
    }

    private let limit: AddressLimit
    private let standing: Mutex<Standing>

    fileprivate init(_ limit: AddressLimit, _ standing: Standing) {
      self.limit = limit
      self.standing = Mutex(standing)
    }

    var isOnTrial: Bool { standing.withLock(\.isOnTrial) }

    /// Counts the connection under another address from now on; false when that one holds too many already.
    func move(to address: SocketAddress) -> Bool {
      standing.withLock { standing in
        limit.release(standing)
        let moved = limit.enter(address, trial: false)
        standing = moved ?? Standing()
        return moved != nil
      }
    }

    fileprivate func leave() {
      standing.withLock { standing in
        limit.release(standing)
        standing = Standing()
      }
    }
  }

  /// Counts the connection until it closes; nil when its address holds too many already.
  ///
  /// - Parameter trial: whether it may still turn out to be a web node's.
  func admit(_ channel: any Channel, trial: Bool = false) -> Place? {
    let standing = channel.remoteAddress.map { enter($0, trial: trial) } ?? Place.Standing()
    guard let standing else { return nil }
    let place = Place(self, standing)
    channel.closeFuture.whenComplete { _ in place.leave() }
    return place
  }

  private func enter(_ address: SocketAddress, trial: Bool) -> Place.Standing? {
    guard let key = address.limitKey(countsLoopback: countsLoopback), !exempt.contains(address.ipAddress ?? "") else {
      return Place.Standing()
    }
    return counts.withLock { counts in
      var count = counts[key, default: Count()]
      let isFull = count.admitted >= maximum
      guard !isFull || (trial && count.onTrial < maximumOnTrial) else { return nil }
      if isFull { count.onTrial += 1 } else { count.admitted += 1 }
      counts[key] = count
      return Place.Standing(key: key, isOnTrial: isFull)
    }
  }

  private func release(_ standing: Place.Standing) {
    guard let key = standing.key else { return }
    counts.withLock { counts in
      var count = counts[key, default: Count()]
      if standing.isOnTrial { count.onTrial -= 1 } else { count.admitted -= 1 }
      counts[key] = count.admitted > 0 || count.onTrial > 0 ? count : nil
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
