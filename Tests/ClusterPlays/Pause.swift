import Glibc

/// The moment a client waits before it tries again.
enum Pause {
  static func short() { usleep(30_000) }
}
