extension ClientGuide {
  /// MSN Messenger 1.0 to 4.6: one host, no ticket.
  static func msn1To4(_ places: ServicePlaces) -> ClientGuide {
    let registry = RegistryFile(.messengerService, places)
    var guide = ClientGuide(
      slug: "msn-1-to-4", title: "MSN Messenger 1.0 to 4.6",
      summary: "one value in the registry, or one line in the hosts file",
      introduction: [
        "MSN Messenger 1.0 to 4.6 and Windows Messenger up to 4.6 need to know the service's dispatch server and nothing"
          + " else. Do one of the two: set it in the registry, or lead the name that the client looks for to it."
      ])
    // The registry takes a port along.
    guide.obstacles = registry == nil ? Obstacle.all("the client", ClientHost.msn1To4, places) : Obstacle.reach(places)
    guide.steps = [.account(.oldClients)]
    if let registry { guide.steps.append(.registry(registry, file: "messenger.reg")) }
    let title = registry == nil ? "Lead the name here" : "Or lead the name here"
    if let step = Step.hostsFile([.dispatch], places, title: title) { guide.steps.append(step) }
    if let step = Step.hostsFile(
      [.tabs, .gateway], places, title: "If you like: tabs and the way through a proxy",
      text: [
        "The client's tabs, and the gateway that clients use where the network lets nothing but HTTP through. None of it"
          + " is needed to sign in."
      ], tellsWhere: false)
    {
      guide.steps.append(step)
    }
    guide.steps.append(.signIn)
    guide.notes = [
      "A client that has once failed to find a server may write \"messenger.hotmail.com;255.255.255.255\" into that value,"
        + " and does not connect until it is set anew or deleted."
    ]
    guide.ports = places.ports(ClientHost.msn1To4)
    return guide
  }
}

extension ClientGuide.Step {
  static func registry(_ registry: RegistryFile, file: String) -> ClientGuide.Step {
    ClientGuide.Step(
      title: "Set the server in the registry",
      text: [
        "Open the file on the client's machine and say yes. It sets the text value \"\(RegistryFile.name)\" under"
          + " \(registry.path) to:"
      ], lines: [registry.value], download: PageFrame.Link(url: "/connect/\(file)", words: "Registry file (\(file))"),
      notes: ["The value belongs to the user who opens the file. Leave the client first: \"Exit\" in its menu."])
  }
}
