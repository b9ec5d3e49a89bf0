/// A password for old clients, as the service makes them: MD5 sign-in needs one that the server can read, so it is never
/// one that somebody uses elsewhere.
public enum OldClientPassword {
  /// 32 letters and digits, without those that are taken for one another: 1 and l, 0 and o.
  private static let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)

  /// 16 characters from the system's cryptographic generator: 80 bits, and all that clients take.
  public static func random() -> String {
    String(decoding: randomBytes(PasswordRule.maximumLength).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
  }
}
