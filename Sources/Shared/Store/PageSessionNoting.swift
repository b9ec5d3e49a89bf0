/// How exactly the use of a session on pages is noted: a write at each request would cost more than the page.
package enum PageSessionNoting {
  /// Seconds that may pass until a use is noted; the shorter the time a session may lie idle, the fewer.
  package static func interval(idle: Int64) -> Int64 { min(300, idle / 12) }
}
