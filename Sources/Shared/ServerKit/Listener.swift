import Glibc
import Logging
import MSNP
import NIOCore
import NIOPosix

/// A TCP port that hands each connection to a role.
public struct Listener: Sendable {
  public let channel: any Channel

  /// The port, of use when 0 was asked for.
  public var port: Int { channel.localAddress?.port ?? 0 }

  /// Listens on an address. `attach` adds the role's handlers to a new connection, on that connection's event loop.
  ///
  /// Throws ``ListenFailure`` when the address cannot be had.
  ///
  /// - Parameter prefaces: judges what web nodes say of their clients; nil where none comes.
  public static func bind(
    _ address: HostPort, acceptingOn group: any EventLoopGroup, serving loops: any EventLoopGroup,
    limit: AddressLimit, prefaces: PrefaceJudge? = nil, logger: Logger,
    attach: @escaping @Sendable (any Channel) throws -> Void
  ) async throws -> Listener {
    let bootstrap = ServerBootstrap(group: group, childGroup: loops)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          for (option, value) in inherited { try channel.syncOptions?.setOption(option, value: value) }
        }
      }
      .childChannelOption(.writeBufferWaterMark, value: .init(low: 32 * 1024, high: OutputQueue.highWaterMark))
      .childChannelOption(.maxMessagesPerRead, value: 2)
      // A channel keeps its receive buffer while it is idle; this one grows with what comes.
      .childChannelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 256, maximum: 16 * 1024)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let place = limit.admit(channel, trial: prefaces != nil) else {
            logger.notice("refused a connection: its address has too many", metadata: ["from": "\(channel.peer)"])
            throw ChannelError.ioOnClosedChannel
          }
          if let prefaces {
            try channel.pipeline.syncOperations.addHandler(PrefaceHandler(place, logger: logger, judge: prefaces))
          }
          try attach(channel)
        }
      }
    do {
      return Listener(channel: try await bootstrap.bind(host: address.host, port: address.port).get())
    } catch let error as IOError {
      throw ListenFailure(address: address, error: error)
    }
  }

  public func close() async { try? await channel.close() }

  /// What connections have from the socket that accepts them. After 60 s of silence come four probes 15 s apart;
  /// unacknowledged bytes count as silence too.
  private static let inherited: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] = [
    (.tcpOption(.tcp_nodelay), 1),
    (.socketOption(.so_keepalive), 1),
    (.tcpOption(.init(rawValue: TCPOption.keepIdle)), 60),
    (.tcpOption(.init(rawValue: TCPOption.keepInterval)), 15),
    (.tcpOption(.init(rawValue: TCPOption.keepCount)), 4),
    (.tcpOption(.init(rawValue: TCPOption.userTimeout)), 120_000),
  ]
}

/// Linux's numbers of TCP options, which NIO does not name.
private enum TCPOption {
  static let keepIdle: CInt = 4
  static let keepInterval: CInt = 5
  static let keepCount: CInt = 6
  static let userTimeout: CInt = 18
}

/// An address on which nothing can listen, with the cause and the cure.
public struct ListenFailure: Error, CustomStringConvertible {
  public let address: HostPort
  public let error: IOError

  public var description: String {
    let cure =
      switch error.errnoCode {
      case EADDRINUSE: "Another program listens there already; stop it, or choose another port."
      case EACCES: "Ports under 1024 need root or the capability CAP_NET_BIND_SERVICE."
      case EADDRNOTAVAIL: "This machine has no such address; see `ip address`."
      default: "See the cause above."
      }
    return "cannot listen on \(address): \(String(cString: strerror(error.errnoCode))). \(cure)"
  }
}

extension Channel {
  /// The other end's address for log lines.
  public var peer: String { remoteAddress?.ipAddress ?? "?" }
}
