/// What the reference says of hosts (hosts.md, sections 2 to 4; msn-explorer.md), as far as the guides are about it.
enum ReferenceHosts {
  /// A row of section 3: hosts that have to lead here, and those that section 2 or 3 names for the client besides.
  struct Row: Sendable {
    var needed: Set<String>
    var besides: Set<String> = []
  }

  /// By the guides' addresses. Where section 3 says "the DALogin host", section 2.2 has the names.
  static let rows: [String: Row] = [
    // MSN 1.0-4.6; 2.1: the gateway for MSN 4.6+; 2.3: tabs for 4.x-5.x.
    "msn-1-to-4": Row(
      needed: ["messenger.hotmail.com"], besides: ["svcs.microsoft.com", "gateway.messenger.hotmail.com"]),
    "windows-messenger": Row(
      needed: ["messenger.hotmail.com", "nexus.passport.com", "login.passport.com", "login.live.com"],
      besides: ["gateway.messenger.hotmail.com"]),
    "messenger-5-to-7": Row(
      needed: ["messenger.hotmail.com", "nexus.passport.com", "login.passport.com", "login.live.com"],
      besides: ["config.messenger.msn.com", "gateway.messenger.hotmail.com", "svcs.microsoft.com"]),
    // 2.2: msnia.login.live.com for 7.5+ if @msn.com is used.
    "messenger-7-5": Row(
      needed: ["messenger.hotmail.com", "loginnet.passport.com"],
      besides: [
        "config.messenger.msn.com", "ows.messenger.msn.com", "rsi.hotmail.com", "gateway.messenger.hotmail.com",
        "msnia.login.live.com",
      ]),
    "msn-explorer": Row(
      needed: ["messenger.hotmail.com"],
      besides: [
        "nexus.passport.com", "login.live.com", "login.msn.com", "logo.msn.com", "go.msn.com", "my.msn.com",
        "arc2.msn.com", "moneycentral.msn.com",
      ]),
    // The server is set in the account; 2.2: Passport 1.4 for pecan, old Pidgin, aMSN.
    "third-party": Row(needed: ["nexus.passport.com", "login.passport.com", "login.live.com"]),
    "others": Row(needed: ["messenger.hotmail.com", "nexus.passport.com", "login.passport.com"]),
    "windows-live": Row(needed: []),
    "errors": Row(needed: ["messenger.hotmail.com"]),
  ]

  /// Of section 4, the names of the one certificate.
  static let certificate: Set<String> = [
    "messenger.hotmail.com", "gateway.messenger.hotmail.com", "nexus.passport.com", "login.passport.com",
    "login.passport.net", "loginnet.passport.com", "login.live.com", "msnia.login.live.com",
    "config.messenger.msn.com",
  ]
}
