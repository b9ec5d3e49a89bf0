extension ClientGuide {
  /// Clients of other people, of the years in which MSNP2 to 12 were spoken.
  static func thirdParty(_ places: ServicePlaces) -> ClientGuide {
    let hosts = ClientHost.thirdParty
    var guide = ClientGuide(
      slug: "third-party", title: "Clients of other people",
      summary: "gaim, aMSN, BitlBee and others: the server in the account's settings",
      introduction: [
        "Clients that are not Microsoft's let you name the server in the account's settings. Which password they take, and"
          + " whether they need HTTPS, depends on the dialect they speak."
      ])
    guide.obstacles = Obstacle.reach(places)
    if let server = places.dispatch.first {
      guide.steps.append(
        Step(
          title: "Name the server", text: ["Server and port, in the settings of the account:"],
          lines: ["\(server)"], notes: places.dispatch.dropFirst().map { "Or, if that one does not answer: \($0)" }))
    }
    guide.steps.append(
      Step(
        title: "Up to MSNP7: that is all",
        text: [
          "gaim of 2003, libmsn of 2003, aMSN of 2002 and clients like them. They take the old-client password, which you"
            + " make on your account's page."
        ], download: .oldClientPassword))
    guide.steps.append(ticketStep(hosts, places))
    if let step = Step.certificate(places) {
      var own = step
      own.title = "With HTTPS: the certificate"
      own.text = [
        "Clients that check certificates do so in a place of their own: gaim and Pidgin import it under \"Certificates\" or"
          + " from a folder. Some of that time do not check at all."
      ]
      guide.steps.append(own)
    }
    guide.steps.append(
      Step(
        title: "Not served yet",
        text: [
          "Pidgin from 2.5 on, aMSN 0.98, BitlBee 3, papyon and emesene of its time, msnp-sharp: they speak MSNP13 or later"
            + " and fetch their contacts from an address book that this service does not have yet."
        ]))
    guide.notes = Note.login(places)
    guide.ports = places.ports(hosts)
    return guide
  }

  private static func ticketStep(_ hosts: [ClientHost], _ places: ServicePlaces) -> Step {
    let clients =
      "gaim 1 and 2.0, aMSN 0.94 to 0.96, BitlBee 1, msn-pecan, JML and clients like them sign in with a ticket and take"
      + " the account's own password. They fetch the ticket over HTTPS, at names that are built in"
    if let step = Step.hostsFile(
      hosts, places, title: "MSNP8 to 12: names for the ticket", text: ["\(clients); lead those here."])
    {
      return step
    }
    return Step(
      title: "MSNP8 to 12: not here yet",
      text: [
        "\(clients). Nothing answers here at port 443, so they cannot sign in until whoever runs the service opens it, as"
          + " the pages for MSN Messenger 5 and later say."
      ])
  }
}
