import Cluster
import Configuration
import Foundation

/// Finds the value of each setting: flags win over the environment, the environment over the file.
struct SettingsReader {
  private let reader: ConfigReader
  private let file: SettingsFile?
  private let role: NodeRole?

  /// - Parameters:
  ///   - role: whose section of the file counts; nil for an operator's command.
  ///   - environment: what is empty there counts as not given.
  init(_ options: NodeOptions, role: NodeRole?, environment: [String: String]) async throws(SettingsFailure) {
    let environment = environment.filter { !$0.value.isEmpty }
    let path = options.config ?? environment["MONARCH_CONFIG"]
    var file: SettingsFile?
    if let path { file = try await SettingsFile(path: path) }
    let flags = Dictionary(
      uniqueKeysWithValues: options.given.map { setting, value in
        (AbsoluteConfigKey([setting.rawValue]), ConfigValue(.string(value), isSecret: setting.isSecret))
      })
    let variables = EnvironmentVariablesProvider(
      environmentVariables: environment,
      secretsSpecifier: .specific([Setting.database.variable, Setting.keys.variable])
    )
    reader = ConfigReader(
      providers: [InMemoryProvider(name: "flags", values: flags), variables.prefixKeys(with: "monarch")]
        + (file?.providers(for: role) ?? []))
    self.file = file
    self.role = role
  }

  /// The value; nil when it is given nowhere. Throws when the file gives something else than one value.
  func text(_ setting: Setting) throws(SettingFinding) -> String? {
    if let value = reader.string(forKey: ConfigKey([setting.rawValue]), isSecret: setting.isSecret) { return value }
    guard file?.mentions(setting, for: role) != true else {
      throw .wrong(setting, "", "has to be one value, not a list of several")
    }
    return nil
  }
}

extension SettingFinding: Error {}
