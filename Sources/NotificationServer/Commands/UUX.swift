import MSNP
import NIOCore
import ServerKit

/// Sets what the person says under its name, and what it listens to (MSNP11).
///
///     >>> UUX 9 75
///         <Data><PSM>example status message</PSM><CurrentMedia></CurrentMedia></Data>
///     <<< UUX 9 0
///
/// Watchers of MSNP11 and later get it as `UBX`, in a form of the server's own (``PersonalMessage``), and no `NLN`; with
/// no text in it, or no payload at all, they get `UBX alice@example.com 0`. Before the first `CHG` and while the person
/// hides it is kept, and told when others see the person. What is not well-formed closes.
enum UUX: NotificationCommand {
  static let verb = Verb.UUX
  static let dialects = Dialect.Feature.personalMessages.dialects
  static let arguments = 2
  static let budget = CommandBudget.presence

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    let personal: PersonalMessage?
    do throws(PersonalMessage.Refusal) {
      personal = try PersonalMessage.read(line.payload?.readableBytesView ?? ByteBufferView())
    } catch {
      switch error {
      case .malformed: throw .violation("sent UUX with a payload that is not well-formed")
      case .tooLong: throw .violation("sent UUX with a text that is too long once it is written anew")
      }
    }
    session.me?.personal = personal
    turn.reply.uux(line.transaction)
    session.announce(&turn)
  }
}
