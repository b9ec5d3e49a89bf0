import Glibc

/// The moments that people take. Nothing is to happen in them.
enum Pause {
  /// Between two things that somebody does.
  static func long() { usleep(300_000) }

  /// Before a client tries again.
  static func short() { usleep(30_000) }
}
