import MSNP
import NIOCore
import ServerKit

/// The moments for which a signed-in session waits on the connection's one timer. Pure.
struct SessionTimes: Sendable {
  /// When the next challenge is due, or the last one's answer.
  var challenge: NIODeadline?
  /// How long the client may say nothing; nil while nothing is known of its pings.
  var silence: TimeAmount?
  var lastHeard: NIODeadline

  init(now: NIODeadline) { lastHeard = now }

  private var silent: NIODeadline? { silence.map { lastHeard + $0 } }

  /// When to look again.
  var next: NIODeadline? { [challenge, silent].compactMap(\.self).min() }

  func isSilent(at now: NIODeadline) -> Bool { silent.map { $0 <= now } ?? false }

  /// Whether the time of the challenge has come; it is then over.
  mutating func takeChallenge(at now: NIODeadline) -> Bool {
    guard let challenge, challenge <= now else { return false }
    self.challenge = nil
    return true
  }
}

extension NotificationSession {
  /// From now on the client is gone if it says nothing for so long.
  mutating func expectSilence(atMost time: TimeAmount, _ turn: inout Turn<Effect>) {
    // A client behind the gateway is heard when it polls, and some of them never ping there.
    guard me?.times.silence == nil, me?.isThroughGateway == false else { return }
    me?.times.silence = time
    arm(&turn)
  }

  /// The next challenge, or the answer to the last, is due in so long.
  mutating func expectChallenge(in time: TimeAmount, _ turn: inout Turn<Effect>) {
    me?.times.challenge = turn.now + time
    arm(&turn)
  }

  func arm(_ turn: inout Turn<Effect>) {
    guard let next = me?.times.next else {
      turn.timer = .off
      return
    }
    turn.timer = .after(max(next - turn.now, .milliseconds(1)))
  }

  /// One of the moments has come, or would have if the client had not spoken since.
  mutating func timesFired(_ turn: inout Turn<Effect>) {
    if me?.times.isSilent(at: turn.now) == true {
      return leave(telling: nil, .server("said nothing for four times the time between pings"), &turn)
    }
    if me?.times.takeChallenge(at: turn.now) == true { challengeTimeCame(&turn) }
    if me != nil { arm(&turn) }
  }
}
