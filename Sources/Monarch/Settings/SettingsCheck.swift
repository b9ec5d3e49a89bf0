/// Goes through settings one by one and keeps what is wrong with them, so that an operator learns everything at once.
struct SettingsCheck {
  private let reader: SettingsReader
  private(set) var findings: [SettingFinding] = []
  private var failed: Set<Setting> = []

  init(_ reader: SettingsReader) { self.reader = reader }

  /// The value; nil when it is given nowhere or is wrong.
  mutating func optional<Value>(_ setting: Setting, _ form: SettingForm<Value>) -> Value? {
    do throws(SettingFinding) {
      guard let text = try reader.text(setting) else { return nil }
      guard let value = form.read(text) else { throw .wrong(setting, text, form.cure) }
      return value
    } catch {
      add(error, to: setting)
      return nil
    }
  }

  /// The value; nil after noting that it is missing or wrong.
  mutating func required<Value>(
    _ setting: Setting, _ form: SettingForm<Value>, missing: String, example: String
  ) -> Value? {
    if let value = optional(setting, form) { return value }
    if !failed.contains(setting) { add(.missing(setting, missing, example: example), to: setting) }
    return nil
  }

  func hasFailed(_ setting: Setting) -> Bool { failed.contains(setting) }

  mutating func add(_ finding: SettingFinding, to setting: Setting) {
    findings.append(finding)
    failed.insert(setting)
  }
}
