import Cluster
import FuzzKit
import MSNP
import NIOCore
import ServerKit

@testable import Switchboard

/// The switchboard around a participant's connection, reduced to what the connection can notice.
final class SwitchboardPlay {
  private static let handles = ["alice@example.com", "bob@example.com", "carol@example.com", "erin@example.com"]
    .compactMap { UserHandle($0) }
  private static let verbs: Set<Verb> = [.ACK, .ANS, .BYE, .CAL, .IRO, .JOI, .MSG, .NAK, .USR]
  private static let errors: [ErrorCode] = [.notOnline, .alreadyThere, .tooActive, .tooManySessions, .invalidUserName]
  private static let dialects = Dialect.allCases.filter(Dialect.spoken.contains)

  private var stage = FuzzStage(SwitchboardSession()) { line in
    let error = UInt16(line.verb.description).flatMap(ErrorCode.init)
    hold(error != nil || SwitchboardPlay.verbs.contains(line.verb), "a switchboard never sends \(line.text)")
  }
  private var pending: SwitchboardEffect?
  private var isPresent = false
  private var left = 0

  var isOver: Bool { stage.isEnded }

  func client(_ bytes: ByteBuffer) {
    while pending != nil, !stage.isEnded { answer(success: true, choice: 3) }
    stage.receive(bytes)
    settle()
  }

  /// Letters: `a` answers, in the dialect of the next byte, `f` refuses with the error of the next byte; `j`, `l`, `i`
  /// somebody (the next byte) joins, leaves, is closed for idleness; `t` the timer; `T` a second passes.
  func event(_ letter: UInt8, _ input: inout FuzzInput) {
    switch letter {
    case UInt8(ascii: "a"): answer(success: true, choice: input.byte())
    case UInt8(ascii: "f"): answer(success: false, choice: input.byte())
    case UInt8(ascii: "j"): news(.joined(participant(input.byte())))
    case UInt8(ascii: "l"): news(.left(participant(input.byte()).handle, idle: false))
    case UInt8(ascii: "i"): news(.left(participant(input.byte()).handle, idle: true))
    case UInt8(ascii: "t"): stage.fireTimer()
    case UInt8(ascii: "T"): stage.wait(.seconds(1))
    default: break
    }
    settle()
  }

  /// Whatever happened, the conversation hears of the end once.
  func end() {
    stage.close()
    settle()
    hold(left == 1, "left \(left) times")
  }

  /// Others are heard of only by somebody who is in the conversation.
  private func news(_ event: SwitchboardEvent) {
    if isPresent { stage.deliver(event) }
  }

  private func participant(_ byte: UInt8) -> Participant {
    let handle = Self.handles[Int(byte & 3)]
    return Participant(
      handle: handle,
      introduction: Introduction(name: FriendlyName(handle), capabilities: Capabilities(rawValue: UInt32(byte))))
  }

  private func answer(success: Bool, choice: UInt8) {
    guard let effect = pending else { return }
    pending = nil
    let dialect = Self.dialects[Int(choice) % Self.dialects.count]
    switch effect {
    case .open(let transaction, let handle, _):
      isPresent = success
      stage.answer(
        success ? .opened(transaction, handle, FriendlyName(handle), dialect) : .ticketRefused(transaction))
    case .answer(let transaction, _, _, _):
      isPresent = success
      let others = (0..<(choice & 3)).map(participant)
      stage.answer(success ? .answered(transaction, others: others, dialect) : .ticketRefused(transaction))
    case .invite(let transaction, _):
      guard success, let session = SessionID(UInt32(choice) + 1) else {
        return stage.answer(.callFailed(transaction, Self.errors[Int(choice) % Self.errors.count]))
      }
      stage.answer(.ringing(transaction, session))
    case .relay, .leave, .report: break
    }
    settle()
  }

  private func settle() {
    for effect in stage.takeEffects() { note(effect) }
    if stage.isEnded { pending = nil }
    hold(!stage.isWaiting || stage.isEnded || pending != nil, "the connection waits for nothing")
  }

  private func note(_ effect: SwitchboardEffect) {
    switch effect {
    case .open, .answer, .invite:
      hold(pending == nil || stage.isEnded, "two questions at once")
      pending = effect
    case .relay(let transaction, let wish, let payload):
      hold(isPresent, "a message of somebody who is not there")
      hold(payload.readableBytes <= 1664, "a message of \(payload.readableBytes) bytes")
      hold(!ServerOnlyContent.isClaimed(by: payload), "a message that only servers send")
      if wish.success { stage.deliver(.delivered(transaction)) }
    case .leave: left += 1
    case .report: break
    }
  }
}
