/// Why a listener cannot have its certificate. The description names the cure.
public enum TLSFailure: Error, Hashable, Sendable {
  /// A file that is not there.
  case noSuchFile(path: String)
  /// The system refused, for this reason.
  case inaccessible(path: String, reason: String)
  /// Users other than the owner may read the key; `mode` holds its permission bits.
  case readableByOthers(path: String, mode: UInt32)
  /// Not a certificate in PEM.
  case noCertificate(path: String)
  /// Not a key in PEM, or one with a password.
  case noKey(path: String)
  /// The key is another certificate's.
  case strangers(certificate: String, key: String)
  /// The certificate's time is over; since when, in seconds since 1970.
  case expired(path: String, since: Int64)
  /// The certificate's time has not come, by this machine's clock.
  case early(path: String)
  /// Old clients know RSA keys only.
  case notRSA(path: String)
}

extension TLSFailure: CustomStringConvertible {
  public var description: String {
    let make = "'monarch certificates new DIR' makes certificates with their keys"
    return switch self {
    case .noSuchFile(let path): "there is no file \(path): \(make)"
    case .inaccessible(let path, let reason): "\(path) cannot be read: \(reason)"
    case .readableByOthers(let path, let mode):
      "other users of this machine may read the key \(path) (mode \(String(mode, radix: 8))): chmod 600 \(path)"
    case .noCertificate(let path): "\(path) is no certificate in PEM: \(make)"
    case .noKey(let path): "\(path) is no key in PEM, or has a password, which nobody can type here: \(make)"
    case .strangers(let certificate, let key):
      "the key \(key) does not belong to the certificate \(certificate): take both from the same folder, and from the"
        + " same 'monarch certificates new' or 'renew'"
    case .expired(let path, let since):
      "the certificate \(path) expired \(TLSFailure.day(since)): 'monarch certificates renew DIR' makes another from the"
        + " same root"
    case .early(let path):
      "the certificate \(path) is not good yet: this machine's clock is behind, or the certificate's maker's was ahead"
    case .notRSA(let path):
      "the certificate \(path) has no RSA key, and clients of --listen-old-tls know no other: give server-old.pem of the"
        + " folder that 'monarch certificates new DIR' made"
    }
  }

  private static func day(_ seconds: Int64) -> String {
    let days = (Clock.unixTime - seconds) / 86_400
    return days == 0 ? "today" : days == 1 ? "yesterday" : "\(days) days ago"
  }
}
