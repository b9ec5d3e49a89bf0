extension ClientGuide {
  /// MSN Explorer 6 and 7, which sign in over plain HTTP.
  static func explorer(_ places: ServicePlaces) -> ClientGuide {
    var guide = ClientGuide(
      slug: "msn-explorer", title: "MSN Explorer 6 and 7",
      summary: "one small file, and a line for its contacts",
      introduction: [
        "MSN Explorer, the browser of MSN 6 and 7, signs in over plain HTTP; the contacts inside of it then speak to the"
          + " same servers as MSN Messenger."
      ])
    guide.obstacles = Obstacle.reach(places)
    guide.steps = [.account(.account)]
    if let place = places.plain {
      let file = ExplorerFile(place: place)
      guide.steps.append(
        Step(
          title: "Tell it where to sign in",
          text: [
            "Put this file into the client's folder MSNCoreFiles. If there is one of that name, add the lines to it:"
          ],
          lines: file.lines,
          download: PageFrame.Link(url: "/connect/\(ExplorerFile.name)", words: "\(ExplorerFile.name)")))
    } else {
      guide.obstacles.append(
        Obstacle(
          cause: "MSN Explorer cannot sign in here yet: it asks over plain HTTP, and nothing answers that here.",
          cure: "Whoever runs the service opens it: \"monarch dev --web-port 8080\", or for a web node --listen"
            + " ADDRESS:8080."))
    }
    if let step = Step.hostsFile([.dispatch], places, title: "Lead its contacts here") { guide.steps.append(step) }
    if let step = Step.hostsFile(
      ClientHost.explorer, places, title: "If you like: names in place of the file",
      text: ["If that file does not suit you, the names that MSN Explorer has built in can lead here."],
      tellsWhere: false)
    {
      guide.steps.append(step)
    }
    guide.steps.append(
      Step(
        title: "Sign in as a guest", text: ["With your whole e-mail address, and the password of your account."]))
    guide.notes = [
      "The password crosses the network as it is: use MSN Explorer on networks that you trust.",
      "Which dialect its contacts speak is not known. If they ask for MSN Messenger's old sign-in, they take the"
        + " old-client password.",
    ]
    guide.ports = Set(places.ports([.dispatch]) + (places.plain.map { [$0.port] } ?? [])).sorted()
    return guide
  }
}
