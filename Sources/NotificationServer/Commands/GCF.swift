import MSNP
import NIOCore
import ServerKit

/// Asks which features to switch off, and which messages to block: none (MSNP11-12).
///
///     >>> GCF 9 Shields.xml
///     <<< GCF 9 Shields.xml 145
///         <?xml version="1.0" encoding="utf-8" ?><config><shield><cli maj="7" min="0" minbld="0" maxbld="9999"
///         deny=" " /></shield><block></block></config>
///
/// One line in truth; the same under every name of a file. 715 before `SYN`.
enum GCF: NotificationCommand {
  static let verb = Verb.GCF
  static let dialects = Dialect.Feature.shields.dialects
  static let arguments = 2

  private static let shields = """
    <?xml version="1.0" encoding="utf-8" ?><config><shield>\
    <cli maj="7" min="0" minbld="0" maxbld="9999" deny=" " /></shield><block></block></config>
    """

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard session.me?.isSynchronised == true else { throw .error(.notExpected) }
    guard let name = line.bytes(1) else { throw .violation("asked for a file without a name") }
    turn.reply.line(.GCF, line.transaction, RawArgument(name), payload: ByteBuffer(string: shields))
  }
}

/// Asks for the subscriptions: none (MSNP11).
///
///     >>> GSB 14
///     <<< SBS 14 null
enum GSB: NotificationCommand {
  static let verb = Verb.GSB
  static let dialects = Dialect.Feature.subscriptions.dialects

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    turn.reply.sbs(line.transaction)
  }
}

/// Listed for MSNP12 without a known form or answer; taken in silence, since no client is known to send it.
///
///     >>> LKP 15
enum LKP: NotificationCommand {
  static let verb = Verb.LKP
  static let dialects = Dialect.msnp12 ... .msnp12
  static let arguments = 0

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {}
}
