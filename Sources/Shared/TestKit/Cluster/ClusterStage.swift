import Cluster
import Crypto
import MSNP
import PostgreSQL

/// A cluster as the stage of one play: its actors live on different nodes, under a domain of their own.
///
/// - ``Casting`` says who is on which notification server; `alice@NS2` is on the next one after alice's.
/// - Addresses that nodes name are read as those of `monarch dev`, for which plays are written. A seat that connects to
///   `switchboard` goes to the one that named its ticket; to the one that was named last if it has none of these.
/// - ``settle()``: on each notification server somebody is signed in whom the others watch. They change their status
///   twice, one after the other, and each time all others have to hear of it. What a node told another before the
///   first change came before it or in the same payload, and what came in the same payload is dealt with before the
///   second.
public final class ClusterStage: PlayStage {
  private let cluster: ClusterServer
  private let notificationServers: [HostPort]
  private let casting: Casting
  private let domain: PlayDomain
  private var witnesses: [ScriptedClient] = []
  /// Which switchboard a ticket is for.
  private var switchboards: [String: HostPort] = [:]
  private var lastSwitchboard: [String: HostPort] = [:]
  private var lastNotification: [String: HostPort] = [:]

  /// How people are spread over notification servers.
  public enum Casting: CaseIterable, Sendable {
    /// Alice on the first, bob on the second, carol on the first again, and so on.
    case alternating
    /// Alice alone on the first, all others on the second.
    case aliceAlone

    /// The server of those whose names begin with the letter, `a` being 0; counted on beyond the last server.
    fileprivate func place(of letter: Int) -> Int {
      switch self {
      case .alternating: letter
      case .aliceAlone: min(letter, 1)
      }
    }
  }

  /// Copies the accounts that a play asks for, on a cluster whose database is one of ``PlayCast/plan``.
  public init(_ ground: PlayGround, _ casting: Casting, on cluster: ClusterServer) throws {
    self.cluster = cluster
    self.casting = casting
    domain = PlayCast.domain()
    notificationServers = cluster.running.filter { $0.role == .notification }.map { cluster.address(of: $0) }
    guard !notificationServers.isEmpty else { throw PlayFailure(description: "the cluster has no notification server") }
    try PlayCast.copy(ground, to: domain, on: cluster)
  }

  public var port: Int { cluster.port }
  public var troubles: String { cluster.troubles() }

  public func address(of target: PlayTarget, for seat: String, firstLine: [UInt8]?) -> HostPort? {
    let actor = ClusterStage.actor(of: seat)
    switch target {
    case .dispatch: return cluster.address(of: .dispatch())
    case .notification: return notificationServer(of: seat)
    case .switchboard:
      guard let firstLine else { return nil }
      let words = String(decoding: firstLine, as: UTF8.self).split(separator: " ").map(String.init)
      if words.count > 3, let address = switchboards[words[3]] { return address }
      return lastSwitchboard[actor] ?? lastSwitchboard[""] ?? cluster.address(of: .switchboard(1))
    case .address(let address):
      return address == Written.notification(port) ? lastNotification[actor] ?? notificationServer(of: seat) : address
    }
  }

  private static func actor(of seat: String) -> String { String(seat.prefix { $0 != "@" }) }

  private func notificationServer(of seat: String) -> HostPort {
    let letter = casting.place(of: Int(seat.utf8.first ?? 0) - Int(UInt8(ascii: "a")))
    let further = seat.last?.wholeNumberValue.map { $0 - 1 } ?? 0
    let count = notificationServers.count
    return notificationServers[((letter + further) % count + count) % count]
  }

  /// A good ticket is got from a web server for the password, like a client's; others are made with the key that
  /// notification servers have, and so are all in a cluster without web servers.
  public func ticket(_ wish: TicketWish, for handle: String, policy: String) throws -> String {
    let text = String(decoding: domain.sent(Array(handle.utf8)), as: UTF8.self)
    if wish == .good, let web = cluster.running.first(where: { $0.role == .web }) {
      return try PassportSignIn.ticket(for: text, policy: policy, at: cluster.address(of: web))
    }
    let rows = try cluster.query("SELECT id FROM account WHERE handle = $1", [.text(text)])
    guard let account: Int64 = try rows.first?.integer(0), let handle = UserHandle(text) else {
      throw PlayFailure(description: "nobody has the handle \(text)")
    }
    let key = SymmetricKey(data: try cluster.fixture.key("web-tickets", of: "notification"))
    return TicketForge(key: key).ticket(wish, for: handle, account: account)
  }

  public func sent(_ bytes: [UInt8]) -> [UInt8] { domain.sent(bytes) }

  public func heard(_ line: ServerLine, by seat: String) -> ServerLine {
    var words = String(decoding: domain.heard(line.bytes), as: UTF8.self).split(separator: " ").map(String.init)
    let actor = ClusterStage.actor(of: seat)
    switch words.first {
    case "XFR" where words.count > 3 && words[2] == "NS":
      lastNotification[actor] = HostPort(words[3])
    case "XFR" where words.count > 5 && words[2] == "SB": take(ticket: words[5], for: actor, at: words[3])
    case "RNG" where words.count > 4: take(ticket: words[4], for: actor, at: words[2])
    default: return ServerLine(bytes: domain.heard(line.bytes), payload: line.payload.map(domain.heard))
    }
    words = words.map { word in HostPort(word).flatMap(written).map { "\($0)" } ?? word }
    return ServerLine(bytes: Array(words.joined(separator: " ").utf8), payload: line.payload)
  }

  private func take(ticket: String, for actor: String, at word: String) {
    let address = HostPort(word)
    switchboards[ticket] = address
    lastSwitchboard[actor] = address
    lastSwitchboard[""] = address
  }

  /// A node's address as plays write it; nil for every other address.
  private func written(_ address: HostPort) -> HostPort? {
    switch cluster.node(at: address)?.role {
    case .dispatch, .web: address
    case .notification: Written.notification(port)
    case .switchboard: Written.switchboard(port)
    case nil: nil
    }
  }

  /// The addresses of `monarch dev`.
  private enum Written {
    static func notification(_ port: Int) -> HostPort { HostPort(host: "127.0.0.2", port: port) }
    static func switchboard(_ port: Int) -> HostPort { HostPort(host: "127.0.0.3", port: port) }
  }

  public func settle() throws {
    guard notificationServers.count > 1 else { return }
    if witnesses.isEmpty { try bringWitnesses() }
    for status in ["BSY", "NLN"] {
      for (index, witness) in witnesses.enumerated() {
        try witness.send("CHG 9 \(status)")
        while try witness.nextLine().text != "CHG 9 \(status)" {}
        let handle = PlayCast.witness(index, in: domain)
        for (other, watcher) in witnesses.enumerated() where other != index {
          do {
            while try watcher.nextLine().text != "NLN \(status) \(handle) Witness" {}
          } catch {
            throw PlayFailure(
              description: "what happens on server \(index + 1) does not reach server \(other + 1): \(error)")
          }
        }
      }
    }
  }

  private func bringWitnesses() throws {
    for (index, address) in notificationServers.enumerated() {
      let witness = try ScriptedClient.online(PlayCast.witness(index, in: domain), at: address, dialect: 5)
      witnesses.append(witness)
    }
  }
}
