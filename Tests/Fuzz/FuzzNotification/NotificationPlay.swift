import Cluster
import FuzzKit
import MSNP
import NIOCore
import Roster
import ServerKit
import SignIn

@testable import NotificationServer

/// The node around a session, reduced to what the session can notice.
final class NotificationPlay {
  private var stage: FuzzStage<NotificationSession>
  /// What the session waits for.
  private var pending: NotificationEffect?
  private var entered = 0
  private var left = 0
  private var cast = Cast()
  private let sight = Sight()

  init() {
    let settings = NotificationSettings(
      site: "http://messenger.example.org/",
      sources: NotificationSources(unixTime: { 1_726_321_960 }, random: { 0x0123_4567_89ab_cdef }))
    stage = FuzzStage(
      NotificationSession(id: ConnectionID(1), settings: settings), check: { [sight] in sight.look(at: $0) })
  }

  var isOver: Bool { stage.isEnded }

  func client(_ bytes: ByteBuffer) {
    while pending != nil, !stage.isEnded { answer(success: true) }
    stage.receive(bytes)
    settle()
  }

  /// Letters: `a` answers, `f` refuses with the refusal of the next byte, `s` the store is away, `g` too many guesses;
  /// `p`, `h`, `o` somebody (the next byte) looks online, hides from all but others, is offline; `n`, `r`, `q`, `L`, `U` notices;
  /// `N` renamed; `v` a change nobody hears of, `V` the version is told; `R` a ring; `E`, `P`, `S` the session's end; `t` the timer; `T`, `M` a second, a minute pass.
  func event(_ letter: UInt8, _ input: inout FuzzInput) {
    switch letter {
    case UInt8(ascii: "a"): answer(success: true)
    case UInt8(ascii: "f"): answer(success: false, choice: input.byte())
    case UInt8(ascii: "s"): reply(.storeUnavailable)
    case UInt8(ascii: "g"): reply(.verdict(.guessedTooOften))
    case UInt8(ascii: "p"): stage.deliver(.presence(cast.news(of: input.byte(), .everybody)))
    case UInt8(ascii: "h"): stage.deliver(.presence(cast.news(of: input.byte(), .nobody)))
    case UInt8(ascii: "o"): stage.deliver(.presence(cast.news(of: input.byte(), .offline)))
    case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "q"), UInt8(ascii: "L"), UInt8(ascii: "U"),
      UInt8(ascii: "N"):
      stage.deliver(.notices([cast.notice(letter, of: input.byte())]))
    case UInt8(ascii: "v"): cast.skipVersion()
    case UInt8(ascii: "V"): stage.deliver(.listVersion(cast.listVersion))
    case UInt8(ascii: "R"):
      if let ring = cast.ring(by: input.byte()) { stage.deliver(.ring(ring, answer: { _ in })) }
    case UInt8(ascii: "E"): stage.deliver(.signedInElsewhere)
    case UInt8(ascii: "P"): stage.deliver(.putOut)
    case UInt8(ascii: "S"): stage.deliver(.shutdown)
    case UInt8(ascii: "t"): stage.fireTimer()
    case UInt8(ascii: "T"): stage.wait(.seconds(1))
    case UInt8(ascii: "M"): stage.wait(.minutes(1))
    default: break
    }
    settle()
  }

  /// Whatever happened, an account that was claimed is given back once.
  func end() {
    stage.close()
    settle()
    hold(left == entered, "\(entered) sessions begun, \(left) ended")
  }

  private func answer(success: Bool, choice: UInt8 = 0) {
    guard let effect = pending else { return }
    reply(success ? cast.answer(to: effect) : cast.refusal(of: effect, choice))
  }

  private func reply(_ answer: NotificationAnswer) {
    guard pending != nil else { return }
    pending = nil
    stage.answer(.answer(answer))
    settle()
  }

  private func settle() {
    for effect in stage.takeEffects() { note(effect) }
    if stage.isEnded { pending = nil }
    hold(!stage.isWaiting || stage.isEnded || pending != nil, "the session waits for nothing")
  }

  private func note(_ effect: NotificationEffect) {
    switch effect {
    case .verify, .redeem, .readRoster, .readNotices, .change, .look, .watch, .findSwitchboard: expect(effect)
    case .enter:
      entered += 1
      expect(effect)
    case .leave: left += 1
    case .unwatch(let account, _): sight.forget(cast.handle(of: account))
    case .announce, .watchAlso: break
    case .recallNotices:
      stage.deliver(.recalled([]))
      settle()
    case .acceptRing(let ring, _, _, _, _, let answer):
      answer(.unavailable)
      stage.deliver(.invited(ring, ticket: "849102291.520491113"))
      settle()
    }
  }

  private func expect(_ effect: NotificationEffect) {
    hold(pending == nil || stage.isEnded, "two questions at once")
    pending = effect
  }
}

/// What the client sees of others: nobody goes offline or says anything who was not online, and no line is one that a
/// server never sends.
final class Sight {
  private static let verbs: Set<Verb> = [
    .ADC, .ADD, .ADG, .BLP, .BPR, .CHG, .CHL, .CVQ, .CVR, .FLN, .FND, .GCF, .GTC, .ILN, .IMS, .INF, .LSG, .LST, .MSG,
    .NLN, .OUT, .PRP, .QNG, .QRY, .REA, .REG, .REM, .RMG, .RNG, .SBP, .SBS, .SDC, .SND, .SYN, .URL, .USR, .UUX, .VER,
    .XFR,
  ]

  private var online: Set<String> = []

  func look(at line: Line) {
    switch line.verb {
    case .ILN: online.insert(line.text(2) ?? "")
    case .NLN: online.insert(line.text(1) ?? "")
    case .UBX: hold(online.contains(line.text(0) ?? ""), "\(line.text) of somebody who is not online")
    case .FLN: hold(online.remove(line.text(0) ?? "") != nil, "\(line.text) of somebody who was not online")
    default:
      let error = UInt16(line.verb.description).flatMap(ErrorCode.init)
      hold(error != nil || Self.verbs.contains(line.verb), "a server never sends \(line.text)")
    }
  }

  /// The contact was removed: its client forgets it without being told.
  func forget(_ handle: String) { online.remove(handle) }
}
