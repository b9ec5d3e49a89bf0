import ArgumentParser
import Cluster
import Credentials
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServerKit
import WebServices

/// What every role stands on: settings, keys, loops, log.
struct NodeGround: Sendable {
  let settings: NodeSettings
  let keys: RoleKeys
  let clusterKeys: ClusterKeys
  let group: MultiThreadedEventLoopGroup
  let logFile: LogFile
  let testing: TestSettings
  /// Of a web node.
  let certificates: WebCertificates

  /// Checks settings, keys and certificates before anything is opened. What is wrong with them ends the program with 64.
  init(_ options: NodeOptions, role: NodeRole) async throws {
    let environment = ProcessInfo.processInfo.environment
    do {
      settings = try await NodeSettings(options, role: role, environment: environment)
      keys = try RoleKeys(path: settings.keys, for: KeyHolder(role))
      clusterKeys = try ClusterKeys(keys)
      certificates = try WebCertificates(settings.web)
    } catch let error as TLSFailure {
      throw ValidationError("\(error).")
    } catch let failure as SettingsFailure {
      throw ValidationError(failure.description)
    } catch let error as KeyFileError {
      throw ValidationError("\(error).")
    }
    testing = TestSettings(environment)
    logFile = try settings.log.map { try LogFile(path: $0) } ?? LogFile(standardError: ())
    OpenFileLimit.raise()
    // A switchboard keeps to one loop; the other threads accept and serve the operator.
    group = MultiThreadedEventLoopGroup(numberOfThreads: role == .notification ? min(System.coreCount, 8) : 2)
  }

  func logger(_ label: String) -> Logger {
    var logger = logFile.logger(label, level: settings.isVerbose ? .debug : .info)
    logger[metadataKey: "node"] = "\(settings.node)"
    return logger
  }
}

extension NodeGround {
  /// A key that a file of an earlier release lacks. Then the node does what that release did, without what the key opens.
  func newerKey(_ name: KeyName) -> RoleKeys.Key {
    if let key = keys[name] { return key }
    logger("monarch").warning(
      "a key is absent: what it opens stays shut until 'monarch keys complete DIR' has added it",
      metadata: ["key": "\(name.rawValue)", "file": "\(settings.keys)"])
    return .nobodys
  }
}

extension KeyHolder {
  init(_ role: NodeRole) {
    switch role {
    case .dispatch: self = .dispatch
    case .notification: self = .notification
    case .switchboard: self = .switchboard
    case .web: self = .web
    }
  }
}

extension ClusterKeys {
  /// The keys of the bus and the registry that are in a file.
  init(_ keys: RoleKeys) throws(KeyFileError) {
    self.init(
      registry: SealKey(try keys.key(.registry)), notification: keys[.notificationBus].map(SealKey.init),
      rings: keys[.ringBus].map(SealKey.init))
  }
}

extension SealKey {
  init(_ key: RoleKeys.Key) { self.init(key.current, previous: key.accepted) }
}

extension TicketMint {
  init(_ key: RoleKeys.Key) { self.init(key: key.current, previous: key.accepted) }
}

extension WebTicketMint {
  init(_ key: RoleKeys.Key) { self.init(key: key.current, previous: key.accepted) }
}
