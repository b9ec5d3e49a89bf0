import Glibc

/// Waits for several sockets at once, on a thread of its own.
struct PollSet {
  private typealias Wait =
    @convention(c) (UnsafeMutablePointer<pollfd>, nfds_t, UnsafePointer<timespec>, UnsafeRawPointer?) -> CInt

  /// `ppoll`, which the system's module leaves out: `poll` knows no time under a millisecond.
  private static let wait = dlsym(nil, "ppoll").map { unsafeBitCast($0, to: Wait.self) }

  private var entries: [pollfd]

  init(_ sockets: [PlainSocket]) {
    entries = sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
  }

  /// So many places, with no socket yet.
  init(places: Int) { entries = Array(repeating: pollfd(fd: -1, events: Int16(POLLIN), revents: 0), count: places) }

  /// Puts a socket at a place; nil for none.
  mutating func put(_ socket: PlainSocket?, at place: Int) { entries[place].fd = socket?.descriptor ?? -1 }

  /// Waits until something can be read somewhere, or for so long; the places where it can.
  mutating func wait(atMost time: Duration) -> [Int] {
    let parts = max(.zero, time).components
    var limit = timespec(tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
    guard let wait = Self.wait, wait(&entries, nfds_t(entries.count), &limit, nil) > 0 else { return [] }
    return entries.indices.filter { entries[$0].revents != 0 }
  }
}

/// Counts lines with one verb in bytes that come in pieces, and those that are errors.
struct LineTally {
  private let verb: [UInt8]
  private var head: [UInt8] = []
  private(set) var count = 0
  private(set) var errors = 0

  init(_ verb: String) { self.verb = Array(verb.utf8) }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        if head == verb { count += 1 } else if let first = head.first, first >= 0x30, first <= 0x39 { errors += 1 }
        head.removeAll(keepingCapacity: true)
      } else if head.count < 3 {
        head.append(byte)
      }
    }
  }
}

/// A thread's room for what it reads.
final class ReadingRoom {
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

  deinit { bytes.deallocate() }

  func first(_ count: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[..<count]) }
}
