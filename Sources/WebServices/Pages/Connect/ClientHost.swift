/// A host whose name clients have built in, and what they ask of it.
struct ClientHost: Hashable, Sendable {
  /// The kind of server that the name has to lead to.
  enum Server: Hashable, Sendable {
    /// A dispatch server, at TCP port 1863.
    case messenger
    /// A web node, by HTTPS at port 443.
    case secure
    /// A web node, by HTTP at port 80.
    case plain
  }

  let name: String
  let server: Server
  /// Whether the client cannot sign in without it.
  let isNeeded: Bool
  /// What the client asks for there; empty where it speaks MSNP.
  let path: String

  private init(_ name: String, _ server: Server, isNeeded: Bool = true, path: String = "") {
    self.name = name
    self.server = server
    self.isNeeded = isNeeded
    self.path = path
  }
}

extension ClientHost {
  static let dispatch = ClientHost("messenger.hotmail.com", .messenger)
  static let nexus = ClientHost("nexus.passport.com", .secure, path: "/rdr/pprdr.asp")
  /// Where the nexus sends clients, unless the service names a place of its own.
  static let login = ClientHost("login.passport.com", .secure, path: "/login2.srf")
  /// Where Windows Messenger 4.7 goes the second time without asking the nexus.
  static let liveLogin = ClientHost("login.live.com", .secure, path: "/login2.srf")
  static let tokens = ClientHost("loginnet.passport.com", .secure, path: "/RST.srf")
  static let tokensOfMSN = ClientHost("msnia.login.live.com", .secure, isNeeded: false, path: "/pp900/RST.srf")
  static let gateway = ClientHost(
    "gateway.messenger.hotmail.com", .plain, isNeeded: false, path: "/gateway/gateway.dll")
  static let configuration = ClientHost(
    "config.messenger.msn.com", .plain, isNeeded: false, path: "/Config/MsgrConfig.asmx")
  static let tabs = ClientHost("svcs.microsoft.com", .plain, isNeeded: false, path: "/svcs/mms/tabs.asp")

  /// MSN Messenger 1.0 to 4.6. They may be told another dispatch server in the registry.
  static let msn1To4 = [dispatch, tabs, gateway]
  /// Windows Messenger 4.7.
  static let windowsMessenger = [dispatch, nexus, login, liveLogin, gateway]
  /// MSN Messenger 5.0 to 7.0.
  static let messenger5To7 = [dispatch, nexus, login, liveLogin, configuration, tabs, gateway]
  /// MSN Messenger 7.5.
  static let messenger75 = [dispatch, tokens, tokensOfMSN, configuration, gateway]
  /// Other people's clients of the years up to 2006, as far as they sign in with a ticket.
  static let thirdParty = [nexus, login, liveLogin]

  /// MSN Explorer 6 and 7, when its own file does not name the server.
  static let explorer: [ClientHost] =
    [
      ClientHost("nexus.passport.com", .plain, path: "/client/client.xml"),
      ClientHost("login.live.com", .plain, path: "/ppsecure/clientpost.srf"),
    ]
    + [
      "login.msn.com", "logo.msn.com", "go.msn.com", "my.msn.com", "arc2.msn.com", "moneycentral.msn.com",
    ].map { ClientHost($0, .plain, path: "/") }
}

extension String {
  /// Whether it is a name under which clients look for the official service, which leads anywhere but here for whoever
  /// is not set up yet.
  var isOfficialHost: Bool {
    let host = lowercased()
    return ["hotmail.com", "passport.com", "passport.net", "live.com", "msn.com", "microsoft.com"].contains {
      host == $0 || host.hasSuffix(".\($0)")
    }
  }

  /// Whether it is an IPv4 address, as a hosts file takes it.
  var isIPv4: Bool {
    let parts = split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
      }
  }
}
