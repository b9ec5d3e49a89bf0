/// The names under which clients look for the service over TLS.
enum ServiceNames {
  /// The most used name. Windows 9x and 2000 compare a server's name with the certificate's common name alone.
  static let common = "login.live.com"

  /// Every name, the common one first. A wildcard stands for one label, and Windows of the time does not know it in
  /// every version: so hosts that clients cannot do without are named besides.
  static let all: [String] = [common] + signIn + messenger + contacts + others

  private static let signIn = [
    "nexus.passport.com", "login.passport.com", "login.passport.net", "loginnet.passport.com", "msnia.login.live.com",
    "clientconfig.passport.net", "accountservices.passport.net", "accountservices.msn.com", "register.passport.net",
    "register.passport.com", "memberservices.passport.net", "account.live.com", "signup.live.com", "login.msn.com",
  ]

  private static let messenger = [
    "messenger.hotmail.com", "gateway.messenger.hotmail.com", "muser.gateway.messenger.hotmail.com",
    "geo.gateway.messenger.live.com", "s.gateway.messenger.live.com", "*.gateway.edge.messenger.live.com",
    "messenger.msn.com", "messenger.live.com", "*.messenger.msn.com", "config.messenger.msn.com",
    "ows.messenger.msn.com", "vp.sip.messenger.msn.com", "relay.voice.messenger.msn.com", "settings.messenger.live.com",
  ]

  private static let contacts = [
    "contacts.msn.com", "*.contacts.msn.com", "local-bay.contacts.msn.com", "omega.contacts.msn.com",
    "*.omega.contacts.msn.com", "byrdr.omega.contacts.msn.com", "storage.msn.com", "*.storage.msn.com",
    "tkrdr.storage.msn.com", "storage.live.com",
  ]

  private static let others = [
    "rsi.hotmail.com", "sup.live.com", "directory.services.live.com", "people.directory.live.com", "api.live.net",
    "cc.services.spaces.live.com",
  ]
}
