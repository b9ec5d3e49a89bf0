extension ClientGuide {
  /// Windows Messenger 4.7, which came with Windows XP.
  static func windowsMessenger(_ places: ServicePlaces) -> ClientGuide {
    let registry = RegistryFile(.messengerService, places)
    var guide = ClientGuide(
      slug: "windows-messenger", title: "Windows Messenger 4.7",
      summary: "it came with Windows XP; hosts lines, a certificate and TLS 1.0",
      introduction: [
        "Windows Messenger 4.0 to 4.6 are set up like MSN Messenger of the same number. Of 4.7 the first builds sign in as"
          + " those do, with the old-client password; later ones fetch a ticket over HTTPS first, with the account's own"
          + " password. It is not known where the line is: set it up for both.",
        "Windows Messenger 5.0 and 5.1, for companies, ought to work like MSN Messenger 5 and 6. Nobody has tried.",
      ])
    guide.obstacles = Obstacle.all("Windows Messenger 4.7", ClientHost.windowsMessenger, places)
    guide.steps = [.account(.account)]
    if let step = Step.hostsFile(ClientHost.windowsMessenger, places) { guide.steps.append(step) }
    if let registry {
      var step = Step.registry(registry, file: "messenger.reg")
      step.title = "Or set the dispatch server in the registry"
      step.notes.append("This takes the place of the line for messenger.hotmail.com and of no other.")
      guide.steps.append(step)
    }
    guide.steps += [Step.certificate(places), Step.security(places), .signIn].compactMap(\.self)
    guide.notes = Note.login(places)
    guide.ports = places.ports(ClientHost.windowsMessenger)
    return guide
  }

  enum Note {
    /// The nexus may send clients to a name of the operator's, which no hosts line can know the certificate of.
    static func login(_ places: ServicePlaces) -> [String] {
      guard let host = places.loginHost else { return [] }
      return [
        "Clients that ask the nexus are sent to \(host) to sign in: that name has to be found by the client's machine too,"
          + " and the certificate there has to be good for it."
      ]
    }
  }
}
