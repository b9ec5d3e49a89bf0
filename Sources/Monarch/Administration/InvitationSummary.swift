import Credentials
import Store

/// An invitation as operators see it: by its digest, since the code is told to its maker alone.
struct InvitationSummary: Hashable, Sendable, Codable {
  /// SHA-256 of the code in hexadecimal.
  var digest: String
  /// Seconds since 1970.
  var created: Int64
  /// Seconds since 1970.
  var expires: Int64
  /// How many accounts can still be made with it.
  var uses: Int
  var makesAdministrator: Bool
  var note: String

  /// What it is called in commands: the first digits of its digest.
  var name: String { String(digest.prefix(8)) }

  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - seconds: how long it is good.
  init(of code: InvitationCode, now: Int64, seconds: Int64, uses: Int, makesAdministrator: Bool, note: String) {
    digest = Digits.text(of: code.digest)
    created = now
    expires = now + seconds
    self.uses = uses
    self.makesAdministrator = makesAdministrator
    self.note = note
  }

  init(_ invitation: Invitation) {
    digest = Digits.text(of: invitation.digest)
    created = invitation.created
    expires = invitation.expires
    uses = invitation.uses
    makesAdministrator = invitation.makesAdministrator
    note = invitation.note
  }
}

/// Bytes in hexadecimal, lower case.
enum Digits {
  static func text(of bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Nil for anything but pairs of digits.
  static func bytes(of text: String) -> [UInt8]? {
    let digits = Array(text)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[index].hexDigitValue, let low = digits[index + 1].hexDigitValue else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
