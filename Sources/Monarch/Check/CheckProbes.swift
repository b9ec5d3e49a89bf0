import Cluster
import Credentials
import Foundation
import Logging
import MSNP
import NIOCore
import NIOPosix
import ServerKit
import WebServices

/// Finds out what `monarch check` judges.
struct CheckProbes {
  let options: NodeOptions
  let environment: [String: String]

  /// What is in the way of a node with these settings.
  func node(_ role: NodeRole) async -> CheckFacts {
    var facts = CheckFacts(role: role)
    facts.openFiles = OpenFileLimit()?.highest
    do throws(SettingsFailure) {
      let settings = try await NodeSettings(options, role: role, environment: environment)
      facts.node = settings.node
      facts.listen = settings.listen
      facts.advertise = settings.advertise
      let addresses = settings.web?.addresses ?? [settings.listen]
      facts.ports = await CheckProbes.ports(addresses + [settings.admin].compactMap(\.self))
      facts.files = settings.web.map(CheckProbes.certificates) ?? []
      let keys: ClusterKeys?
      (keys, facts.keys) = CheckProbes.keys(settings.keys, KeyHolder(role))
      facts.database = CheckProbes.database(settings.database, keys)
    } catch {
      facts.settings = error.findings
    }
    return facts
  }

  /// What is in the way of the cluster as a whole, as far as its database shows it.
  func cluster() async -> CheckFacts {
    var facts = CheckFacts()
    do throws(SettingsFailure) {
      var check = SettingsCheck(try await SettingsReader(options, role: nil, environment: environment))
      let url = check.required(
        .database, .databaseURL, missing: "there is no database", example: "postgresql:///monarch")
      var keys: ClusterKeys?
      if let path = check.optional(.keys, .path) { (keys, facts.keys) = CheckProbes.keys(path, .operator) }
      if let url { facts.database = CheckProbes.database(url, keys) }
      facts.settings = check.findings
    } catch {
      facts.settings = error.findings
    }
    return facts
  }

  private static func keys(_ path: String, _ holder: KeyHolder) -> (ClusterKeys?, trouble: String?) {
    do throws(KeyFileError) {
      return (try ClusterKeys(RoleKeys(path: path, for: holder)), nil)
    } catch { return (nil, "\(error).") }
  }

  private static func database(_ url: String, _ keys: ClusterKeys?) -> CheckFacts.DatabaseFact {
    do {
      let desk = try ClusterWiring.desk(url: url, keys: keys)
      let nodes = try desk.nodes()
      let clock = try desk.clock()
      return .open(nodes: nodes, clock: clock - Int64(Date().timeIntervalSince1970 * 1000))
    } catch { return .closed("\(error)") }
  }

  /// What is in the way of serving HTTPS.
  private static func certificates(_ settings: WebSettings) -> [String] {
    WebCertificates.wanted(settings).compactMap { wanted in
      do throws(TLSFailure) {
        return try TLSContext(wanted.age, wanted.files).warning.map { "\($0)." }
      } catch { return "\(error)." }
    }
  }

  /// What is in the way of listening on each of the addresses.
  private static func ports(_ addresses: [HostPort]) async -> [String] {
    let group = MultiThreadedEventLoopGroup.singleton
    var troubles: [String] = []
    for address in addresses {
      do {
        let listener = try await Listener.bind(
          address, acceptingOn: group, serving: group, limit: AddressLimit(), logger: Logger(label: "check")
        ) { _ in throw ChannelError.ioOnClosedChannel }
        await listener.close()
      } catch let failure as ListenFailure {
        troubles.append("\(failure)")
      } catch {
        troubles.append("cannot listen on \(address): \(error). Give an IPv4 address of this machine.")
      }
    }
    return troubles
  }
}
