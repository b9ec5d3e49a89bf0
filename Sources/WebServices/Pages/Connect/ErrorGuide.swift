/// A code that a client shows when something went wrong: what it means here, and what to do.
struct ErrorGuide: Sendable {
  /// As the client shows it: eight hexadecimal digits.
  var code: String
  var meaning: String
  var cure: String
  /// How sure that is; nil for what the service's sources say without reserve.
  var doubt: String?
}

extension ErrorGuide {
  /// What the Messenger servers said. Of these codes the sources name six, each with the number of the protocol's error.
  static let messenger: [ErrorGuide] = [
    ErrorGuide(
      code: "81000395", meaning: "The Messenger server did not accept who you are (its error 911).",
      cure:
        "Look at address and password. MSN Messenger before 5 takes the old-client password, all later ones take the"
        + " account's own. If the password is right, set the clock of the client's machine: a ticket lasts some minutes."
    ),
    ErrorGuide(
      code: "81000430", meaning: "Whom you wanted to talk to is not online, or does not want to be reached (217).",
      cure: "Wait until the contact is there. People who appear offline or block you cannot be called."),
    ErrorGuide(
      code: "8100043c", meaning: "You appear offline, and nobody can begin a conversation like that (913).",
      cure: "Choose another status, then open the conversation again."),
    ErrorGuide(
      code: "8100036d",
      meaning: "The server asked which program this is, and the answer was wrong (540). It closes the connection then.",
      cure: "Use an unchanged client. If it is one, tell whoever runs the service which, with its version."),
    ErrorGuide(
      code: "81000398", meaning: "Something was changed too often in a short time, such as your name (800).",
      cure: "Wait a minute."),
    ErrorGuide(
      code: "81000438", meaning: "The server did not expect what the client said at that moment (715).",
      cure: "Sign out and in again. If it comes back, tell whoever runs the service what you did."),
  ]

  /// What the token service said, which MSN Messenger 7.5 and later ask.
  static let tokens: [ErrorGuide] = [
    ErrorGuide(
      code: "80048823", meaning: "Address or password is wrong. The token service says so to MSN Messenger 7.5.",
      cure: "Look at both: it is the account's own password, not that for old clients."),
    ErrorGuide(
      code: "80048821", meaning: "The same, as the token service of later clients says it.",
      cure: "As above. Clients that know no other code than this are mostly too new for this service.",
      doubt: "Which of the two a client shows in the end is not certain."),
    ErrorGuide(
      code: "80048820", meaning: "The token service could not read what the client asked.",
      cure: "Try again; if it comes back, tell whoever runs the service."),
    ErrorGuide(
      code: "800488fe", meaning: "The sign-in was refused for where it came from.",
      cure: "This service never says so: the client has reached another one. Look at its hosts lines."),
    ErrorGuide(
      code: "800488ee", meaning: "The address belongs to a company that judges passwords itself.",
      cure: "This service never says so: the client has reached another one. Look at its hosts lines."),
  ]

  /// Codes that people meet and no source of this service explains.
  static let unexplained: [ErrorGuide] = [
    ErrorGuide(
      code: "8004888d", meaning: "Not explained by any source of this service.",
      cure: "Begin with what has to do with the ticket: the hosts lines for HTTPS, the root certificate, TLS 1.0 in"
        + " Internet Options, the clock, the password.",
      doubt: "By its first digits it comes from where a ticket is fetched. That is a guess."),
    ErrorGuide(
      code: "81000306", meaning: "Not explained by any source of this service.",
      cure:
        "Begin with what has to do with the Messenger servers: the hosts line or the registry's value, and whether port"
        + " 1863 is open all the way.",
      doubt: "By its first digits it comes from the way to the Messenger servers. That is a guess."),
  ]
}
