import NIOCore
import ServerKit

/// Who asks, behind whatever proxies the operator trusts.
public struct ClientAddress: Hashable, Sendable {
  /// The address in text; "?" when there is none.
  public let text: String
  /// What limits and counts of guesses go by; nil for who is exempt. See `SocketAddress.limitKey`.
  public let limitKey: String?

  init(_ address: SocketAddress?) {
    text = address?.ipAddress ?? "?"
    limitKey = address?.limitKey(countsLoopback: false)
  }

  /// - Parameters:
  ///   - peer: the other end of the connection.
  ///   - forwarded: the values of `X-Forwarded-For`, in their order. They count as far as trusted proxies wrote them:
  ///     from the right, up to the first address that is none of theirs.
  init(peer: SocketAddress?, forwarded: [String], trusted: AddressBlocks) {
    var client = peer
    let hops: [String] = forwarded.flatMap { $0.split(separator: ",") }.map { hop in
      String(hop.filter { $0 != " " && $0 != "\t" })
    }
    for hop in hops.reversed() {
      guard trusted.contains(client?.ipAddress ?? ""), let address = try? SocketAddress(ipAddress: hop, port: 0) else {
        break
      }
      client = address
    }
    self.init(client)
  }
}
