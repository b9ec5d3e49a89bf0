import Glibc

/// How many files this process may have open: every connection is one.
struct OpenFileLimit {
  let current: UInt
  /// What it can be raised to without being root.
  let highest: UInt

  /// Nil when the system does not say.
  init?() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    current = limit.rlim_cur
    highest = limit.rlim_max
  }

  /// As many as the system allows.
  static func raise() {
    guard let found = OpenFileLimit() else { return }
    var limit = rlimit(rlim_cur: found.highest, rlim_max: found.highest)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
