import Glibc

/// What the service's supervisor is told, as systemd's sd_notify(3) has it: a datagram to the socket that
/// `NOTIFY_SOCKET` names. Without supervisor nothing happens.
public struct ServiceNotification: Sendable {
  private let path: String?

  public init(environment: [String: String]) { path = environment["NOTIFY_SOCKET"] }

  /// Clients are served from now on.
  public func ready(_ status: String) { send("READY=1\nSTATUS=\(ServiceNotification.line(status))") }

  /// The service goes down, and may take up to so many seconds for it.
  public func stopping(_ status: String, seconds: Int) {
    send("STOPPING=1\nEXTEND_TIMEOUT_USEC=\(seconds * 1_000_000)\nSTATUS=\(ServiceNotification.line(status))")
  }

  public func status(_ status: String) { send("STATUS=\(ServiceNotification.line(status))") }

  private static func line(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }

  /// Never waits: a supervisor that does not read misses it.
  private func send(_ text: String) {
    guard let path, let (address, length) = ServiceNotification.address(path) else { return }
    let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    _ = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, length)
      }
    }
  }

  /// A path in the file system, or with `@` in front a name in the kernel's own space of names; nil for anything else.
  static func address(_ path: String) -> (sockaddr_un, socklen_t)? {
    var address = sockaddr_un()
    let bytes = Array(path.utf8)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard let first = bytes.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@"), bytes.count < room else {
      return nil
    }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    guard first == UInt8(ascii: "@") else { return (address, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0[0] = 0 }
    // An abstract name is as long as it is said to be, zeros included.
    return (address, socklen_t(MemoryLayout<sockaddr_un>.size - room + bytes.count))
  }
}
