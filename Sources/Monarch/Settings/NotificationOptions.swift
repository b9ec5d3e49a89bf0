import ArgumentParser

/// The flags of `monarch notification` that no other role has a use for.
struct NotificationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Whether clients from MSNP6 on have to answer challenges: 'on', the default, believes those whose product has no \
      known key, 'strict' does not, 'off' asks nobody (MONARCH_CHALLENGES).
      """, valueName: "on|strict|off"))
  var challenges: String?

  @Option(
    help: ArgumentHelp(
      """
      How many contacts a client from MSNP10 on may put on the forward list, the default being 600; older ones may 150 \
      (MONARCH_CONTACT_LIMIT). Longer lists are never cut.
      """, valueName: "n"))
  var contactLimit: String?

  @Option(
    help: ArgumentHelp(
      """
      The page where people read their mail. Clients show an inbox then, and open it there; without one they show none \
      (MONARCH_MAIL).
      """, valueName: "url"))
  var mail: String?

  /// What was given on the command line.
  var given: [Setting: String] {
    let values: [Setting: String?] = [.challenges: challenges, .contactLimit: contactLimit, .mail: mail]
    return values.compactMapValues { $0 }
  }
}

/// How strictly clients are challenged.
enum ChallengeRule: String, CaseIterable, Sendable {
  case on, strict, off
}
