import NIOCore
import Synchronization

/// How long a client may take for its part of a request.
public struct RequestTimes: Hashable, Sendable {
  /// From the connection to the end of the first request's header.
  public var head: TimeAmount
  /// From the end of the header to the end of the body.
  public var body: TimeAmount
  /// From an answer to the end of the next request's header.
  public var idle: TimeAmount
  /// From an answer's last byte in hand to its last byte with the kernel.
  public var write: TimeAmount

  public init(
    head: TimeAmount = .seconds(30), body: TimeAmount = .seconds(60), idle: TimeAmount = .seconds(60),
    write: TimeAmount = .seconds(60)
  ) {
    self.head = head
    self.body = body
    self.idle = idle
    self.write = write
  }

  /// All of them short, for tests.
  public init(all: TimeAmount) { self.init(head: all, body: all, idle: all, write: all) }
}

/// What the front has to know of an endpoint before its request is whole.
struct RouteTraits: Hashable, Sendable {
  /// The largest body in bytes; beyond it the answer is 413.
  var maximumBody = 64 * 1024
  /// Whether answers are held back until there is something to say: such requests do not count as work.
  var isPatient = false

  static let ordinary = RouteTraits()
}

/// How many requests may be worked on at a time.
final class RequestPlaces: Sendable {
  private let maximum: Int
  private let taken = Atomic(0)

  init(_ maximum: Int) { self.maximum = maximum }

  /// False when all are taken.
  func take() -> Bool {
    guard taken.add(1, ordering: .relaxed).newValue <= maximum else {
      giveBack()
      return false
    }
    return true
  }

  func giveBack() { taken.subtract(1, ordering: .relaxed) }
}
