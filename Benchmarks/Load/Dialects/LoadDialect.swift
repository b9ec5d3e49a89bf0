import ArgumentParser
import Credentials
import MSNP

/// A dialect in which the load signs in.
///
/// What differs between dialects is here and in its ``script``: a further one is a case, a script, and, where its lists or
/// its answers have another form, a case of ``AnswerEnd``.
enum LoadDialect: Int, CaseIterable, ExpressibleByArgument, Sendable {
  /// MD5, a line for each contact in each list.
  case msnp7 = 7
  /// A ticket of the web role, one line for each contact.
  case msnp12 = 12

  private var dialect: Dialect {
    switch self {
    case .msnp7: .msnp7
    case .msnp12: .msnp12
    }
  }

  var name: String { dialect.name }

  /// Whether somebody who signs in shows a ticket.
  var takesTickets: Bool { dialect.has(.ticketSignIn) }

  /// The lines of a sign-in, from the connection to the answered challenge behind the first `CHG`.
  var script: [SignInStep] {
    switch self {
    case .msnp7: SignInStep.msnp7
    case .msnp12: SignInStep.msnp12
    }
  }

  /// The line that changes the status.
  ///
  ///     >>> CHG 9 BSY                    up to MSNP7
  ///     >>> CHG 9 BSY 1342554172         and what the client can do
  func change(_ transaction: Int, to status: String) -> String {
    dialect.has(.capabilities) ? "CHG \(transaction) \(status) 1342554172\r\n" : "CHG \(transaction) \(status)\r\n"
  }

  /// The answer to a challenge, as the clients of the dialect give it.
  ///
  ///     <<< CHL 0 15570131571988941333
  ///     >>> QRY 7 msmsgs@msnmsgr.com 32       and as payload 8f2f5a91b72102cd28355e9fc9000d6e
  func answer(_ transaction: Int, toChallenge challenge: String) -> String {
    let product = dialect.has(.productInChallenge) ? "PROD0090YUAUV{2B" : "msmsgs@msnmsgr.com"
    let response = ClientChallenge.response(productID: product, challenge: challenge, dialect: dialect) ?? ""
    return "QRY \(transaction) \(product) \(response.utf8.count)\r\n\(response)"
  }
}
