/// A waiting line in which whoever shares a key with somebody being served waits, in order of arrival. Pure.
struct SignInLine<Visitor> {
  enum Place: Hashable {
    /// Serve it now.
    case turn
    /// It comes out of ``leave(keys:)`` when its time has come.
    case wait
    /// The line is full.
    case full
  }

  private struct Waiting {
    let visitor: Visitor
    let keys: [String]
  }

  /// How many are served at a time, and how many may wait.
  let width: Int
  let length: Int
  private var served = 0
  private var busy: Set<String> = []
  private var waiting: [Waiting] = []

  init(width: Int, length: Int) {
    self.width = width
    self.length = length
  }

  mutating func join(_ visitor: Visitor, keys: [String]) -> Place {
    // Who comes later must not overtake somebody with the same key who waits.
    let mayBegin = served < width && isFree(keys) && !waiting.contains { $0.keys.contains(where: keys.contains) }
    if mayBegin {
      begin(keys)
      return .turn
    }
    guard waiting.count < length else { return .full }
    waiting.append(Waiting(visitor: visitor, keys: keys))
    return .wait
  }

  /// Somebody has been served; answers with those whose turn it is now.
  mutating func leave(keys: [String]) -> [Visitor] {
    served -= 1
    busy.subtract(keys)
    var next: [Visitor] = []
    var held: Set<String> = []
    var rest: [Waiting] = []
    for visitor in waiting {
      if served < width, isFree(visitor.keys), held.isDisjoint(with: visitor.keys) {
        begin(visitor.keys)
        next.append(visitor.visitor)
      } else {
        held.formUnion(visitor.keys)
        rest.append(visitor)
      }
    }
    waiting = rest
    return next
  }

  /// Whether joining and leaving it is quickly done.
  var isShort: Bool { waiting.count < 8 }

  private func isFree(_ keys: [String]) -> Bool { busy.isDisjoint(with: keys) }

  private mutating func begin(_ keys: [String]) {
    served += 1
    busy.formUnion(keys)
  }
}
