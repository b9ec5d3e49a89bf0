extension ClientGuide {
  /// Of which little is known.
  static func others(_ places: ServicePlaces) -> ClientGuide {
    var guide = ClientGuide(
      slug: "others", title: "Macintosh, handhelds, television sets",
      summary: "what is known of them, which is little",
      introduction: [
        "MSN Messenger for the Macintosh up to 5 is thought to speak what this service speaks; 3.5 was imitated with MSNP8."
          + " From 6 on it does not. Pocket PC's Messenger is thought to sign in with a ticket, like MSN Messenger 5. MSN TV"
          + " signs in through its own service, which is not here. None of them has been tried with this service.",
        "If you want to try: the client has to find the service under the names of MSN Messenger 5.",
      ])
    guide.obstacles = Obstacle.reach(places)
    let file = HostsFile([.dispatch, .nexus, .login], places)
    if !file.lines.isEmpty {
      guide.steps = [
        Step(
          title: "Lead the names here",
          text: ["On a Macintosh with Mac OS X these are lines of the file /etc/hosts:"], lines: file.lines)
      ]
    }
    guide.ports = places.ports([.dispatch, .nexus])
    return guide
  }

  /// MSNP13 and later.
  static let windowsLive = ClientGuide(
    slug: "windows-live", title: "Windows Live Messenger 8.0 and later",
    summary: "not served yet",
    introduction: [
      "Windows Live Messenger 8.0 to 2012, Messenger for the Macintosh from 6 on and everything else that speaks MSNP13 or"
        + " later is not served yet. Such a client reads its contacts from an address book on the web which this service does"
        + " not have, so nothing that you set will sign it in.",
      "MSN Messenger 7.5 is the latest that works.",
    ])
}
