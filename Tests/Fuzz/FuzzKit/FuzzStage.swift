import MSNP
import NIOCore
import ServerKit

/// A connection without IO: plays a machine as its real connection does, one command in flight at a time, and holds
/// every line it writes to the rules of the wire.
public struct FuzzStage<Machine: LineMachine> {
  public private(set) var machine: Machine
  public private(set) var now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
  /// Whether the next command waits for an answer.
  public private(set) var isWaiting = false
  public private(set) var isEnded = false
  private var decoder: LineDecoder
  private var timer: NIODeadline?
  private var effects: [Machine.Effect] = []
  private let check: (Line) -> Void

  /// `check` sees every line the machine writes.
  public init(_ machine: Machine, check: @escaping (Line) -> Void = { _ in }) {
    self.machine = machine
    self.check = check
    decoder = LineDecoder(machine.framing)
    step { $0.opened(&$1) }
  }

  /// The client sends bytes.
  public mutating func receive(_ bytes: ByteBuffer) {
    guard !isEnded else { return }
    var bytes = bytes
    decoder.append(&bytes)
    processLines()
  }

  /// The role answers what the machine waits for.
  public mutating func answer(_ event: Machine.Event) {
    guard !isEnded else { return }
    isWaiting = false
    step { $0.receive(event, &$1) }
    processLines()
  }

  /// Others cause something.
  public mutating func deliver(_ event: Machine.Event) {
    guard !isEnded else { return }
    step { $0.receive(event, &$1) }
  }

  public mutating func wait(_ amount: TimeAmount) { now = now + amount }

  /// The time set by the machine is over, if it set one.
  public mutating func fireTimer() {
    guard let deadline = timer, !isEnded else { return }
    now = max(now, deadline)
    timer = nil
    step { $0.timerFired(&$1) }
  }

  /// The connection is gone.
  public mutating func close() {
    isEnded = true
    var turn = Turn<Machine.Effect>(now: now, dialect: machine.dialect)
    machine.closed(&turn)
    effects += turn.effects
  }

  /// What the machine asked for since the last time.
  public mutating func takeEffects() -> [Machine.Effect] {
    defer { effects = [] }
    return effects
  }

  private mutating func processLines() {
    while !isWaiting, !isEnded {
      do {
        guard let line = try decoder.next() else { return }
        step { $0.receive(line, &$1) }
      } catch { isEnded = true }
    }
  }

  private mutating func step(_ body: (inout Machine, inout Turn<Machine.Effect>) -> Void) {
    var turn = Turn<Machine.Effect>(now: now, dialect: machine.dialect)
    body(&machine, &turn)
    inspect(turn.reply.buffer)
    effects += turn.effects
    if turn.waits { isWaiting = true }
    if turn.ending != nil { isEnded = true }
    switch turn.timer {
    case .after(let amount): timer = now + amount
    case .off: timer = nil
    case nil: break
    }
  }

  /// Whole lines of printable words with one blank between them, whatever names and handles the client brought.
  private func inspect(_ reply: ByteBuffer) {
    var reply = reply
    var reader = LineDecoder(.fromServer)
    reader.append(&reply)
    do {
      while let line = try reader.next() {
        let words = [line.verb.description] + (0..<line.count).map { line.text($0) ?? "" }
        hold(line.text == words.joined(separator: " "), "the line '\(line.text)' has blanks too many")
        hold(line.text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }, "the line '\(line.text)' is not printable")
        check(line)
      }
      hold(reader.bufferedBytes == 0, "a line without end is written")
    } catch {
      hold(false, "what is written cannot be read: \(error)")
    }
  }
}
