import Glibc
import Synchronization

/// Picks ports that nobody listens on at any of the addresses a server under test may use.
///
/// Below the range the kernel takes client ports from, so that no connection of another test sits on one; no port is
/// given out twice in one process.
enum FreePort {
  private static let given = Mutex<Set<Int>>([])

  /// - Parameter hosts: the last bytes of the loopback addresses; those of `monarch dev` unless told otherwise.
  static func pick(hosts: ClosedRange<Int> = 1...3) -> Int {
    while true {
      let port = Int.random(in: 10_000..<30_000)
      let isNew = given.withLock { $0.insert(port).inserted }
      if isNew, hosts.allSatisfy({ isFree("127.0.0.\($0)", port) }) { return port }
    }
  }

  private static func isFree(_ host: String, _ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(port).bigEndian
    inet_pton(AF_INET, host, &name.sin_addr)
    return withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
