import Glibc
import MSNP

/// What went wrong at a scripted client's end of the connection.
public enum ClientFailure: Error, CustomStringConvertible {
  case connect(HostPort, String)
  case write(String)
  case timeout(Duration, waitingFor: String)
  case closed(waitingFor: String)
  case malformed(String)
  case mismatch(expected: String, got: String)

  public var description: String {
    switch self {
    case .connect(let address, let reason): "no connection to \(address): \(reason)"
    case .write(let reason): "nothing can be sent: \(reason)"
    case .timeout(let limit, let wanted): "nothing came within \(limit) while waiting for \(wanted)"
    case .closed(let wanted): "the server closed the connection while the client waited for \(wanted)"
    case .malformed(let line): "the server broke the line grammar: \(line)"
    case .mismatch(let expected, let got): "expected \(expected), got \(got)"
    }
  }
}

/// A blocking TCP connection on which nothing waits longer than its limit.
final class ClientSocket {
  private let descriptor: Int32
  private var isOpen = true

  /// - Parameter receiveBuffer: the kernel's receive buffer in bytes, for clients that play a slow line.
  init(connectingTo address: HostPort, receiveBuffer: Int? = nil) throws(ClientFailure) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .connect(address, lastError()) }
    if let receiveBuffer { set(SOL_SOCKET, SO_RCVBUF, Int32(receiveBuffer)) }
    set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(address.port).bigEndian
    let host = address.host == "localhost" ? "127.0.0.1" : address.host
    guard inet_pton(AF_INET, host, &name.sin_addr) == 1 else { throw .connect(address, "not an IPv4 address") }
    let result = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw .connect(address, lastError()) }
  }

  deinit { close() }

  private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// The port of this end, by which a capture tells one connection from another.
  var localPort: Int {
    var name = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return Int(in_port_t(bigEndian: name.sin_port))
  }

  /// Sends every byte, or throws when the connection is gone or the limit passes.
  func write(_ bytes: [UInt8], within limit: Duration) throws(ClientFailure) {
    let deadline = ContinuousClock.now + limit
    var sent = 0
    while sent < bytes.count {
      let taken = send(bytes[sent...])
      if taken >= 0 {
        sent += taken
      } else if errno == EAGAIN {
        guard wait(for: Int16(POLLOUT), until: deadline) else { throw .timeout(limit, waitingFor: "room to send") }
      } else if errno != EINTR {
        throw .write(lastError())
      }
    }
  }

  /// Sends what the kernel takes at once; answers with the number of bytes, or nil when the connection is gone.
  func writeSome(_ bytes: [UInt8]) -> Int? {
    let taken = send(bytes[...])
    if taken >= 0 { return taken }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }

  private func send(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.withUnsafeBytes {
      Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    }
  }

  enum Received {
    case bytes([UInt8])
    case end
    case nothing
  }

  /// Waits for bytes, the end of the stream (a reset counts as one) or the deadline.
  func read(atMost limit: Int, until deadline: ContinuousClock.Instant) -> Received {
    while true {
      guard wait(for: Int16(POLLIN), until: deadline) else { return .nothing }
      var bytes = [UInt8](repeating: 0, count: limit)
      let count = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
      if count > 0 { return .bytes(Array(bytes[..<count])) }
      if count == 0 || (errno != EAGAIN && errno != EINTR) { return .end }
    }
  }

  private func wait(for events: Int16, until deadline: ContinuousClock.Instant) -> Bool {
    while true {
      let rest = max(.zero, deadline - .now)
      let milliseconds = rest.components.seconds * 1000 + rest.components.attoseconds / 1_000_000_000_000_000
      var entry = pollfd(fd: descriptor, events: events, revents: 0)
      let ready = poll(&entry, 1, Int32(clamping: milliseconds + (rest > .zero ? 1 : 0)))
      if ready > 0 { return true }
      if ready == 0, rest == .zero || ContinuousClock.now >= deadline { return false }
    }
  }

  /// Closes this end's half.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  func close() {
    guard isOpen else { return }
    isOpen = false
    Glibc.close(descriptor)
  }
}

func lastError() -> String { String(cString: strerror(errno)) }
