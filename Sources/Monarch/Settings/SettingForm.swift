import Cluster
import Foundation
import MSNP
import ServerKit
import WebServices

/// How a setting's text is read, and what to say of one that cannot be.
struct SettingForm<Value> {
  /// Goes on after the value: "'x' is not a port; give ...".
  let cure: String
  let read: (String) -> Value?
}

extension SettingForm where Value == String {
  static var nodeName: SettingForm {
    SettingForm(
      cure: "is no node name: up to 30 lower-case letters, digits and hyphens that begin neither with a hyphen nor with"
        + " operator-"
    ) { NodeRun.isName($0) ? $0 : nil }
  }

  static var databaseURL: SettingForm {
    SettingForm(cure: "is no database URL: it has to look like postgresql://USER:PASSWORD@HOST:PORT/DATABASE") { text in
      text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") ? text : nil
    }
  }

  static var serviceName: SettingForm {
    SettingForm(cure: "is no name for a service: give up to 40 letters, digits and blanks") { text in
      let isOne =
        (1...40).contains(text.count) && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
      return isOne ? text : nil
    }
  }

  static var path: SettingForm { SettingForm(cure: "is empty: give the path of a file") { $0.isEmpty ? nil : $0 } }

  /// An address of a page, which clients put file names behind.
  static var page: SettingForm {
    SettingForm(cure: "is no address of a page: it has to look like http://messenger.example.org/") { text in
      guard text.hasPrefix("http://") || text.hasPrefix("https://"), !text.contains(where: \.isWhitespace) else {
        return nil
      }
      return text.hasSuffix("/") ? text : text + "/"
    }
  }
}

extension SettingForm where Value == HostPort {
  private static func form(_ port: Int) -> String { "give an IPv4 address or a name, with a port if it is not \(port)" }

  /// - Parameter port: the one that counts if none is given.
  static func address(port: Int) -> SettingForm {
    SettingForm(cure: "is no address to listen on: \(form(port)), such as 127.0.0.1:\(port)") { withPort($0, port) }
  }

  /// An address that clients can connect to.
  static func reachable(port: Int) -> SettingForm {
    SettingForm(cure: "is no address clients can be sent to: \(form(port)), such as 192.0.2.10:\(port)") {
      withPort($0, port).flatMap { $0.host == "0.0.0.0" ? nil : $0 }
    }
  }

  fileprivate static func withPort(_ text: String, _ port: Int) -> HostPort? {
    HostPort(text.contains(":") ? text : "\(text):\(port)")
  }
}

extension SettingForm where Value == [HostPort] {
  /// Addresses with commas between them.
  static func addresses(port: Int) -> SettingForm {
    let cure =
      "is no list of addresses to listen on: give IPv4 addresses or names with commas between them, each with a port if"
      + " it is not \(port), such as 0.0.0.0:80,0.0.0.0:\(port)"
    return SettingForm(cure: cure) { text in
      let parts = pieces(of: text)
      let addresses = parts.compactMap { SettingForm<HostPort>.withPort($0, port) }
      return addresses.count == parts.count && Set(addresses).count == parts.count ? addresses : nil
    }
  }
}

extension SettingForm where Value == [PublicURL] {
  static var publicURLs: SettingForm {
    let cure =
      "is no list of URLs: each has to be http:// or https://, a host, and perhaps a port, without path, such as"
      + " https://login.example.org"
    return SettingForm(cure: cure) { text in
      let parts = pieces(of: text)
      let urls = parts.compactMap { PublicURL($0) }
      return urls.count == parts.count ? urls : nil
    }
  }
}

extension SettingForm where Value == AddressBlocks {
  static var addressBlocks: SettingForm {
    SettingForm(
      cure: "is no list of addresses or blocks: give such as 127.0.0.1,10.0.0.0/8, with commas between them"
    ) { AddressBlocks($0) }
  }
}

/// Where a node serves its operator's HTTP.
enum AdminPlace: Hashable, Sendable {
  case nowhere
  case at(HostPort)

  var address: HostPort? {
    switch self {
    case .nowhere: nil
    case .at(let address): address
    }
  }
}

extension SettingForm where Value == AdminPlace {
  static var adminPlace: SettingForm {
    SettingForm(cure: "is no address for the operator's HTTP: give one such as 127.0.0.1:9863, or 'none'") { text in
      if text == "none" { return .nowhere }
      // Port 0 is any free port, which is no address for clients.
      if text.hasSuffix(":0") { return HostPort("\(text.dropLast(2)):1").map { .at(HostPort(host: $0.host, port: 0)) } }
      return HostPort(text).map { .at($0) }
    }
  }
}

extension SettingForm where Value == Registration {
  static var registration: SettingForm {
    SettingForm(cure: "is none of closed, invitation and open") { Registration(rawValue: $0.lowercased()) }
  }
}

extension SettingForm where Value == Int {
  static var historyDays: SettingForm {
    SettingForm(cure: "is no number of days from 0 to 36500") { text in
      Int(text).flatMap { (0...36_500).contains($0) ? $0 : nil }
    }
  }

  static var drainSeconds: SettingForm {
    SettingForm(cure: "is no number of seconds from 0 to 3600") { text in
      Int(text).flatMap { (0...3600).contains($0) ? $0 : nil }
    }
  }
}

extension SettingForm where Value == ChallengeRule {
  static var challenges: SettingForm {
    SettingForm(cure: "is none of on, strict and off") { ChallengeRule(rawValue: $0.lowercased()) }
  }
}

extension SettingForm where Value == Int {
  static var contactLimit: SettingForm {
    SettingForm(cure: "is no number from 1 to 5000") { text in
      Int(text).flatMap { (1...5000).contains($0) ? $0 : nil }
    }
  }
}

extension SettingForm where Value == Bool {
  static var choice: SettingForm {
    SettingForm(cure: "is neither true nor false") { text in
      switch text.lowercased() {
      case "true", "yes", "on", "1": true
      case "false", "no", "off", "0": false
      default: nil
      }
    }
  }
}

/// What stands between commas, without the blanks around it.
private func pieces(of text: String) -> [String] {
  text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
}
