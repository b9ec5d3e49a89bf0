import Cluster
import Configuration
import Synchronization

/// A file of settings in YAML: keys at the top for every role, and a section for a role that overrides them.
///
///     database: postgresql:///monarch
///     notification:
///       node: ns-1
struct SettingsFile {
  private let provider: FileProvider<YAMLSnapshot>
  /// The keys the file gives, as in `notification.listen`.
  private let keys: Set<String>

  /// Reads the file and refuses keys that nobody knows: a mistyped one would otherwise count as not given.
  init(path: String) async throws(SettingsFailure) {
    let seen = SeenKeys()
    // The library names a file's keys nowhere else than where it asks which are secret.
    let options = YAMLSnapshot.ParsingOptions(secretsSpecifier: .dynamic { key, _ in seen.add(key) })
    let location = InMemoryProvider(values: ["filePath": ConfigValue(.string(path), isSecret: false)])
    do {
      provider = try await FileProvider(parsingOptions: options, config: ConfigReader(provider: location))
    } catch {
      throw SettingsFailure(findings: [.file(path, "cannot be read as YAML: \(SettingsFile.line(error))")])
    }
    keys = seen.all
    let strangers = keys.subtracting(SettingsFile.known).sorted()
    guard strangers.isEmpty else {
      throw SettingsFailure(findings: strangers.map { .file(path, SettingsFile.explained($0)) })
    }
  }

  /// What the role reads: its own section before the top of the file.
  func providers(for role: NodeRole?) -> [any ConfigProvider] {
    guard let role else { return [provider] }
    return [provider.prefixKeys(with: ConfigKey([role.rawValue])), provider]
  }

  /// Whether the file says something about a setting of the role, of whatever kind.
  func mentions(_ setting: Setting, for role: NodeRole?) -> Bool {
    keys.contains(setting.rawValue) || role.map { keys.contains("\($0.rawValue).\(setting.rawValue)") } == true
  }

  private static let known: Set<String> = {
    let names = Setting.allCases.map(\.rawValue)
    return Set(names + NodeRole.allCases.flatMap { role in names.map { "\(role.rawValue).\($0)" } })
  }()

  private static func explained(_ key: String) -> String {
    let names = Setting.allCases.map(\.rawValue).joined(separator: ", ")
    let roles = NodeRole.allCases.map(\.rawValue).joined(separator: ", ")
    return "unknown key '\(key)'; the keys are \(names), at the top or in a section named \(roles)"
  }

  private static func line(_ error: any Error) -> String {
    "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

/// Collects keys while a file is read.
private final class SeenKeys: Sendable {
  private let keys = Mutex<Set<String>>([])
  var all: Set<String> { keys.withLock { $0 } }

  /// Every value of the file counts as secret.
  func add(_ key: String) -> Bool {
    keys.withLock { $0.insert(key).inserted || true }
  }
}
