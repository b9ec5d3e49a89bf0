import MSNP
import ServerKit

/// Signs out; the server closes without a word.
///
///     >>> OUT
enum OUT: NotificationCommand {
  static let verb = Verb.OUT
  static let moment = CommandTable.Moment.anytime
  static let arguments = 0

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    turn.end(.finished)
  }
}

/// Asks for the address of a web page: the page, the form that signs in to it, and from MSNP3 the number of the site.
///
///     >>> URL 16 INBOX
///     <<< URL 16 /inbox http://example.com/login 2
enum URL: NotificationCommand {
  static let verb = Verb.URL
  static let arguments = 2

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard let service = line.text(1), service.utf8.allSatisfy({ $0 > 0x2f && $0 < 0x7b }) else {
      throw .error(.invalidParameter)
    }
    let page = "/\(service.lowercased())"
    let form = "\(session.settings.site)login"
    turn.reply.line(.URL, line.transaction, page, form, session.dialect.has(.siteInPageAddress) ? "2" : nil)
  }
}

/// Searches the member directory, which the official service closed in 2003: nobody is ever found.
///
///     >>> FND 17 fname=John lname=Smith city=* state=* country=US
///     <<< FND 17 0 0
///
/// 300 without any field, 201 for what is no `field=value`.
enum FND: NotificationCommand {
  static let verb = Verb.FND
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard line.count > 1 else { throw .error(.requiredFieldsMissing) }
    for index in 1..<line.count where line.bytes(index)?.contains(UInt8(ascii: "=")) != true {
      throw .error(.invalidParameter)
    }
    turn.reply.line(.FND, line.transaction, 0, 0)
  }
}

/// Invites somebody by mail who has no account. Accepted, and nothing is sent: this service writes no mail.
///
///     >>> SND 18 friend@example.org 0x0409 MSMSGS MSMSGS
///     <<< SND 18 OK
///
/// 503 and close without a mail address.
enum SND: NotificationCommand {
  static let verb = Verb.SND
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard line.bytes(1).flatMap(UserHandle.init(bytes:)) != nil else { throw .closing(.badInvitation) }
    turn.reply.line(.SND, line.transaction, "OK")
  }
}

/// The same with a text of the user's own (MSNP5).
///
///     >>> SDC 19 friend@example.org 0x0409 MSMSGS MSMSGS X X Alice 21
///         Join me on Messenger!
///     <<< SDC 19 OK
enum SDC: NotificationCommand {
  static let verb = Verb.SDC
  static let dialects = Dialect.msnp5 ... .msnp21
  static let budget = CommandBudget.lists

  static func handle(
    _ session: inout NotificationSession, _ line: Line, _ turn: inout Turn<NotificationEffect>
  ) throws(Refusal) {
    guard line.count >= 9, line.bytes(1).flatMap(UserHandle.init(bytes:)) != nil else {
      throw .closing(.badInvitation)
    }
    turn.reply.line(.SDC, line.transaction, "OK")
  }
}
