/// A setting of a node: a flag, an environment variable, and a key of the settings file.
enum Setting: String, CaseIterable, Sendable {
  case node, listen, advertise, database, keys, admin, log, site
  case drainSeconds = "drain-seconds"
  case verbose
  // Of notification servers alone.
  case challenges
  case contactLimit = "contact-limit"
  case mail
  // Of the web role alone.
  case listenTLS = "listen-tls"
  case listenOldTLS = "listen-old-tls"
  case certificate
  case certificateKey = "certificate-key"
  case oldCertificate = "old-certificate"
  case oldCertificateKey = "old-certificate-key"
  case publicURL = "public-url"
  case trustedProxy = "trusted-proxy"
  case rootCertificate = "root-certificate"
  case serviceName = "service-name"
  case registration
  case historyDays = "history-days"

  var flag: String { "--\(rawValue)" }
  var variable: String { "MONARCH_" + rawValue.uppercased().replacing("-", with: "_") }

  /// Whether its value is kept out of messages and logs: a database URL holds a password.
  var isSecret: Bool { self == .database || self == .keys }

  /// The three places where it can be given, for a sentence.
  var places: String { "\(flag), \(variable) in the environment, or '\(rawValue)' in the file of --config" }
}

/// What is wrong with one setting, and what to do.
struct SettingFinding: Hashable, Sendable, CustomStringConvertible {
  let description: String

  static func missing(_ setting: Setting, _ what: String, example: String) -> SettingFinding {
    SettingFinding(description: "\(what): give \(setting.places), such as \(example).")
  }

  static func wrong(_ setting: Setting, _ value: String, _ cure: String) -> SettingFinding {
    let shown = setting.isSecret ? "the value" : "'\(value)'"
    return SettingFinding(
      description: "\(setting.flag) (\(setting.variable), or '\(setting.rawValue)' in the file): \(shown) \(cure).")
  }

  static func file(_ path: String, _ cause: String) -> SettingFinding {
    SettingFinding(description: "the settings file \(path): \(cause).")
  }
}

/// Everything that is wrong with the settings of a node.
struct SettingsFailure: Error, Hashable, CustomStringConvertible {
  let findings: [SettingFinding]
  var description: String { findings.map(\.description).joined(separator: "\n       ") }
}
