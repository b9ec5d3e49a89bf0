import MSNP
import NIOCore

/// One connection of the client, to a dispatch or notification server or to a switchboard.
struct LinkID: Hashable, Sendable {
  let rawValue: Int
}

/// What the client waits for with a limit.
enum ChatAlarm: Hashable, Sendable {
  /// Signing in, for the so-manyeth time.
  case signIn(attempt: Int)
  /// An answer to an invitation.
  case invitation(LinkID, UserHandle)
}

/// What happens to the client.
enum ChatEvent: Sendable {
  case connected(LinkID)
  case line(LinkID, Line)
  /// The connection has ended, or never came about; a reason if there is one to tell.
  case closed(LinkID, reason: String?)
  case typed(String)
  /// No more will be typed: finish what was asked for, then sign out.
  case inputEnded
  /// Sign out at once.
  case interrupted
  case alarm(ChatAlarm)
  /// What the web role said when a ticket was asked for on behalf of that connection.
  case ticket(LinkID, TicketAnswer)
}

/// What the client does about it.
enum ChatAction: Hashable, Sendable {
  case connect(LinkID, HostPort)
  case send(LinkID, ByteBuffer)
  /// Ends the connection once everything sent before is out.
  case close(LinkID)
  /// Shows text, which holds nothing that a terminal takes for a command.
  case show(String)
  case wake(ChatAlarm, after: Duration)
  /// Asks the web role for a ticket, for a connection.
  case fetchTicket(LinkID, TicketRequest)
  /// The end; a reason when it is not the user's wish.
  case finish(failure: String?)
}
