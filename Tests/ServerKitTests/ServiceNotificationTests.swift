import Foundation
import Glibc
import Testing

@testable import ServerKit

/// What systemd is told, on a socket of the test's own.
@Suite struct ServiceNotificationTests {
  /// A datagram socket with the name; the other end of a supervisor.
  private final class Supervisor {
    let descriptor: Int32

    init(_ path: String) throws {
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      let (address, length) = try #require(ServiceNotification.address(path))
      let result = withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
      }
      try #require(result == 0)
    }

    deinit { close(descriptor) }

    /// What is there already: a datagram on one machine has arrived once it is sent.
    func next() -> String? {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
      return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
  }

  private static let name = "monarch-notify-\(UUID().uuidString)"

  @Test(arguments: ["@" + name, FileManager.default.temporaryDirectory.path + "/" + name])
  func theSupervisorIsToldInItsOwnWords(_ path: String) throws {
    defer { unlink(path) }
    let supervisor = try Supervisor(path)
    let notification = ServiceNotification(environment: ["NOTIFY_SOCKET": path])
    notification.ready("ns-1 serves 127.0.0.11:1863")
    #expect(supervisor.next() == "READY=1\nSTATUS=ns-1 serves 127.0.0.11:1863")
    notification.stopping("drains\nREADY=1", seconds: 30)
    #expect(supervisor.next() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=30000000\nSTATUS=drains READY=1")
    #expect(supervisor.next() == nil)
  }

  @Test(arguments: [nil, "", "relative", "/" + String(repeating: "x", count: 200)])
  func withoutSupervisorNothingHappens(_ path: String?) {
    ServiceNotification(environment: path.map { ["NOTIFY_SOCKET": $0] } ?? [:]).ready("x")
    #expect(path.map { ServiceNotification.address($0) == nil } ?? true)
  }
}
