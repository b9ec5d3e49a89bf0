extension ClientGuide {
  /// MSN Messenger 5.0 to 7.0: Passport 1.4.
  static func messenger5To7(_ places: ServicePlaces) -> ClientGuide {
    let hosts = ClientHost.messenger5To7
    var guide = ClientGuide(
      slug: "messenger-5-to-7", title: "MSN Messenger 5.0 to 7.0",
      summary: "hosts lines, a certificate, and the right TLS",
      introduction: [
        "These clients fetch a ticket over HTTPS before they sign in, at names that they have built in. So their machine"
          + " has to find the service under those names, and to trust its certificate."
      ])
    guide.obstacles = Obstacle.all("MSN Messenger 5.0 to 7.0", hosts, places)
    guide.steps = [.account(.account)]
    if let step = Step.hostsFile(hosts, places) { guide.steps.append(step) }
    guide.steps += [Step.certificate(places), Step.security(places)].compactMap(\.self)
    if let registry = RegistryFile(.msnMessenger, places) {
      var step = Step.registry(registry, file: "msnmessenger.reg")
      step.title = "If it was used with another server before"
      step.text.insert(
        "5.0 to 6.2 keep the dispatch server that they used last in the registry, and ask there first. Delete that value,"
          + " or set it to this service; 7.0 does not read it.", at: 0)
      guide.steps.append(step)
    }
    guide.steps.append(.signIn)
    guide.notes = Note.login(places) + Note.unneeded(hosts, places)
    guide.ports = places.ports(hosts)
    return guide
  }

  /// MSN Messenger 7.5: the token service.
  static func messenger75(_ places: ServicePlaces) -> ClientGuide {
    let hosts = ClientHost.messenger75
    var guide = ClientGuide(
      slug: "messenger-7-5", title: "MSN Messenger 7.5",
      summary: "the same, with other names",
      introduction: [
        "MSN Messenger 7.5, for Windows XP and later, fetches its ticket from the token service over HTTPS. It reads no"
          + " server from the registry: its machine has to find the service under the names that it has built in."
      ])
    guide.obstacles = Obstacle.all("MSN Messenger 7.5", hosts, places)
    guide.steps = [.account(.account)]
    if let step = Step.hostsFile(hosts, places) { guide.steps.append(step) }
    guide.steps += [Step.certificate(places), Step.security(places), .signIn].compactMap(\.self)
    guide.notes = Note.unneeded(hosts, places)
    guide.ports = places.ports(hosts)
    return guide
  }
}

extension ClientGuide.Note {
  /// Which of the lines are for comfort only, and which are missing.
  static func unneeded(_ hosts: [ClientHost], _ places: ServicePlaces) -> [String] {
    let names = hosts.filter { !$0.isNeeded && $0.name != ClientHost.tokensOfMSN.name }
    let listed = names.map(\.name).joined(separator: ", ")
    var notes: [String] = []
    if hosts.contains(.tokensOfMSN) {
      notes.append("\(ClientHost.tokensOfMSN.name) is for addresses that end in @msn.com.")
    }
    notes.append(
      places.isPlainAtItsPort
        ? "\(listed): for tabs, configuration and the way through a proxy. The client signs in without them."
        : "Tabs, configuration and the way through a proxy are not to be had here: clients ask for them at port 80, where"
          + " this service does not answer. They sign in without.")
    return notes
  }
}
