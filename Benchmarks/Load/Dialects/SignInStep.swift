import Credentials
import MSNP

/// One line of a sign-in, and what ends the answer to it.
struct SignInStep: Sendable {
  /// What ends the answer, unless that is `XFR`.
  let end: AnswerEnd
  /// The line, with its end and its payload.
  let line: @Sendable (SignInScene) -> String

  init(_ end: AnswerEnd, _ line: @escaping @Sendable (SignInScene) -> String) {
    self.end = end
    self.line = line
  }
}

/// What the next line of a sign-in goes by.
struct SignInScene: Sendable {
  static let password = "load"

  let handle: String
  /// `t=...&p=`; of no use where the dialect takes none.
  let ticket: String
  /// The line that ended the answer before.
  var last: Line?

  fileprivate var digest: String {
    DigestChallenge.response(challenge: last?.text(3) ?? "", password: Self.password)
  }

  fileprivate func answer(_ transaction: Int, _ dialect: LoadDialect) -> String {
    dialect.answer(transaction, toChallenge: last?.text(1) ?? "")
  }
}

extension SignInStep {
  /// As MSN Messenger 4.6 does it.
  static let msnp7 = [
    SignInStep(.line(.VER)) { _ in "VER 1 MSNP7 CVR0\r\n" },
    SignInStep(.line(.INF)) { _ in "INF 2\r\n" },
    SignInStep(.line(.USR)) { "USR 3 MD5 I \($0.handle)\r\n" },
    SignInStep(.line(.USR)) { "USR 4 MD5 S \($0.digest)\r\n" },
    SignInStep(.numberedLists) { _ in "SYN 5 0\r\n" },
    SignInStep(.line(.CHL)) { _ in LoadDialect.msnp7.change(6, to: "NLN") },
    SignInStep(.line(.QRY)) { $0.answer(7, .msnp7) },
  ]

  /// As MSN Messenger 7.0 does it; the ticket is there already.
  static let msnp12 = [
    SignInStep(.line(.VER)) { _ in "VER 1 MSNP12 CVR0\r\n" },
    SignInStep(.line(.CVR)) { "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 7.0.0777 MSMSGS \($0.handle)\r\n" },
    SignInStep(.line(.USR)) { "USR 3 TWN I \($0.handle)\r\n" },
    SignInStep(.line(.USR)) { "USR 4 TWN S \($0.ticket)\r\n" },
    SignInStep(.countedLists) { _ in "SYN 5 0 0\r\n" },
    SignInStep(.line(.CHL)) { _ in LoadDialect.msnp12.change(6, to: "NLN") },
    SignInStep(.line(.QRY)) { $0.answer(7, .msnp12) },
  ]
}
