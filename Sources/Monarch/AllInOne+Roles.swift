import Cluster
import Credentials
import DispatchServer
import Foundation
import Glibc
import MSNP
import NIOCore
import NIOPosix
import NotificationServer
import ServerKit
import Switchboard
import WebServices

extension AllInOne {
  /// The system's clock: milliseconds since 1970.
  static var unixMilliseconds: Int64 {
    Int64(Date().timeIntervalSince1970 * 1_000)
  }

  /// The roles of one process, wired to each other directly.
  struct Roles: Sendable {
    let dispatch: DispatchNode
    let notification: NotificationNode
    let switchboard: SwitchboardServer
    let web: WebServer
    let gateway: Gateway

    init(_ groundwork: Groundwork) throws {
      let testing = groundwork.configuration.testing
      let addresses = groundwork.addresses
      let site = "http://\(groundwork.configuration.publicHost ?? "127.0.0.1")/"
      let node = SwitchboardNode(
        name: "switchboard", epoch: UInt64.random(in: .min ... .max), address: addresses.switchboard)
      let tickets = TicketMint(key: groundwork.keys.switchboardTickets)
      dispatch = DispatchNode(
        DispatchSession.Settings(step: testing.step, address: addresses.dispatch, site: site),
        placement: FixedPlacement(notification: addresses.notification), logger: groundwork.logger("dispatch"))
      notification = NotificationNode(
        NotificationSettings(step: testing.step, site: site), store: groundwork.store,
        oldClients: try OldClientSignIn(seal: groundwork.seal), passwords: PasswordSignIn(cost: testing.passwordCost),
        pool: groundwork.pool, tickets: tickets, webTickets: WebTicketMint(key: groundwork.keys.webTickets),
        ticketLifetime: testing.ticketLifetime, placement: FixedPlacement(switchboard: node),
        logger: groundwork.logger("notification"))
      switchboard = SwitchboardServer(
        node, SwitchboardSettings(step: testing.step, unixTime: { Int64(time(nil)) }), on: groundwork.group.next(),
        tickets: tickets, route: notification, numbering: CountedSessions(),
        recorder: HistoryRecorder(
          groundwork.store, clock: { AllInOne.unixMilliseconds }, logger: groundwork.logger("history")),
        logger: groundwork.logger("switchboard"))
      gateway = Gateway(
        testing.gateway, registry: addresses.gatewayRegistry, mint: GatewayPrefaceMint(key: groundwork.keys.gateway),
        unixTime: { Int64(time(nil)) }, group: groundwork.group, logger: groundwork.logger("gateway"))
      web = WebServer(
        WebServer.Settings(
          advertised: addresses.web ?? addresses.dispatch, site: site, times: testing.requestTimes,
          pages: try Roles.pages(groundwork)),
        WebServer.Services(
          door: notification.door, tickets: WebTicketMint(key: groundwork.keys.webTickets),
          unixTime: { Int64(time(nil)) }, gateway: gateway,
          pages: PageServices(
            store: groundwork.store, door: notification.door,
            desk: LocalDesk(notification: notification, switchboard: switchboard, addresses: addresses),
            seal: groundwork.seal, passwordCost: testing.passwordCost, pool: groundwork.pool,
            unixTime: { Int64(time(nil)) }, logger: groundwork.logger("pages"))),
        group: groundwork.group, logger: groundwork.logger("web"))
    }

    private static func pages(_ groundwork: Groundwork) throws -> PageSettings {
      let configuration = groundwork.configuration
      let ports = configuration.webTLSPorts
      func listeners(_ age: TLSAge) -> [HostPort] {
        ports[age].map { [HostPort(host: groundwork.addresses.webHost, port: $0)] } ?? []
      }
      return PageSettings(
        registration: configuration.registration, historyDays: configuration.historyDays,
        connect: ConnectFacts(
          plain: groundwork.addresses.webListen.map { [$0] } ?? [], modernTLS: listeners(.modern),
          oldTLS: listeners(.old), rootCertificate: ports.isEmpty ? nil : try OwnCertificates(configuration).root()))
    }

    func listen(_ groundwork: Groundwork) async throws -> [Listener] {
      if groundwork.configuration.publicHost != nil { return [try await listenTogether(groundwork)] }
      return try await listenApart(groundwork)
    }

    private func listenApart(_ groundwork: Groundwork) async throws -> [Listener] {
      let limit = AddressLimit()
      let addresses = groundwork.addresses
      // Dispatch last: nobody is sent to where nobody listens yet.
      let roles: [(HostPort, any EventLoopGroup, PrefaceJudge?, @Sendable (any Channel) throws -> Void)] = [
        (
          addresses.notification, groundwork.group, groundwork.gatewayDoor(addresses.notification).judge,
          { try notification.attach(to: $0) }
        ),
        (
          addresses.switchboard, switchboard.loop, groundwork.gatewayDoor(addresses.switchboard).judge,
          { try switchboard.attach(to: $0) }
        ),
        (addresses.dispatch, groundwork.group, nil, { try dispatch.attach(to: $0) }),
      ]
      var listeners: [Listener] = []
      for (address, loops, prefaces, attach) in roles {
        listeners.append(
          try await Listener.bind(
            address, acceptingOn: groundwork.group, serving: loops, limit: limit, prefaces: prefaces,
            logger: groundwork.logger("listener"), attach: attach))
      }
      return listeners
    }

    /// One port for all: everything runs on the switchboard's loop, since a connection cannot change its loop once its
    /// first line has told where it belongs.
    private func listenTogether(_ groundwork: Groundwork) async throws -> Listener {
      let logger = groundwork.logger("listener")
      let everywhere = HostPort(host: "0.0.0.0", port: groundwork.configuration.port)
      return try await Listener.bind(
        everywhere, acceptingOn: groundwork.group, serving: switchboard.loop, limit: AddressLimit(),
        prefaces: groundwork.gatewayDoor(groundwork.addresses.notification).judge, logger: logger
      ) { channel in
        let selector = RoleSelector(patience: groundwork.configuration.testing.step, logger: logger) { verb in
          switch verb {
          case .VER: notification.makeHandler(for: channel)
          case .USR, .ANS: switchboard.makeHandler(for: channel)
          default: nil
          }
        }
        try channel.pipeline.syncOperations.addHandler(selector)
      }
    }
  }
}
