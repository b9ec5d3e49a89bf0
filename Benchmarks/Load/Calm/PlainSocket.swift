import Glibc
import MSNP

/// An IPv4 address and port as system calls take it.
struct SocketName: Sendable {
  private var name = sockaddr_in()

  init(_ address: HostPort) throws {
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(address.port).bigEndian
    guard inet_pton(AF_INET, address.host, &name.sin_addr) == 1 else {
      throw LoadFailure("\(address.host) is no IPv4 address")
    }
  }

  private init(_ address: UInt32) {
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = address.bigEndian
  }

  /// One of some loopback addresses for this end, 127.1.0.1 and following, with any port.
  static func source(_ number: Int) -> SocketName {
    SocketName(0x7F01_0000 + UInt32(number / 250) << 8 + UInt32(number % 250) + 1)
  }

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}

/// A TCP connection that blocks, for ten seconds at most. It is not closed by itself.
struct PlainSocket {
  let descriptor: CInt

  static let patience = 10

  /// - Parameter source: the address of this end; nil for any.
  init(to server: SocketName, from source: SocketName? = nil) throws {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw PlainSocket.failure("no socket") }
    set(CInt(IPPROTO_TCP), TCP_NODELAY, CInt(1))
    let wait = timeval(tv_sec: PlainSocket.patience, tv_usec: 0)
    set(SOL_SOCKET, SO_RCVTIMEO, wait)
    set(SOL_SOCKET, SO_SNDTIMEO, wait)
    if let source {
      // The port is chosen when the other end is known: there are enough then.
      set(CInt(IPPROTO_IP), PlainSocket.bindAddressNoPort, CInt(1))
      guard source.withPointer({ bind(descriptor, $0, $1) }) == 0 else { throw closed("no source address") }
    }
    guard server.withPointer({ connect(descriptor, $0, $1) }) == 0 else { throw closed("no connection") }
  }

  /// Linux's IP_BIND_ADDRESS_NO_PORT.
  private static let bindAddressNoPort: CInt = 24

  private func set<Value>(_ level: CInt, _ option: CInt, _ value: Value) {
    withUnsafePointer(to: value) { _ = setsockopt(descriptor, level, option, $0, socklen_t(MemoryLayout<Value>.size)) }
  }

  private func closed(_ what: String) -> LoadFailure {
    let failure = PlainSocket.failure(what)
    close()
    return failure
  }

  static func failure(_ what: String) -> LoadFailure { LoadFailure("\(what): \(String(cString: strerror(errno)))") }

  /// Sends all bytes.
  func send(_ bytes: [UInt8]) throws {
    let sent = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
    guard sent == bytes.count else { throw PlainSocket.failure("nothing can be sent") }
  }

  /// Waits for bytes; 0 for the end.
  func receive(_ room: UnsafeMutableRawBufferPointer) -> Int { recv(descriptor, room.baseAddress, room.count, 0) }

  /// Takes what is there; nil when that is nothing, 0 for the end.
  func receiveAtOnce(_ room: UnsafeMutableRawBufferPointer) -> Int? {
    let count = recv(descriptor, room.baseAddress, room.count, CInt(MSG_DONTWAIT))
    return count < 0 && errno == EAGAIN ? nil : max(0, count)
  }

  func close() { _ = Glibc.close(descriptor) }

  /// Closes with RST.
  func reset() {
    set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
    close()
  }
}
