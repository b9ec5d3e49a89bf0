import Crypto
import Foundation
import SwiftASN1
import X509

/// What an operator wants to know of a certificate.
struct CertificateReport {
  /// Days before its end from which on a certificate counts as expiring.
  static let notice = 30

  let path: String
  let certificate: Certificate
  var now = Date()

  var expiresSoon: Bool {
    certificate.notValidAfter < now.addingTimeInterval(Double(CertificateReport.notice) * 86_400)
  }

  var text: String {
    get throws {
      let bytes = try certificate.serializeAsPEM().derBytes
      var lines = [
        path,
        "  of         \(certificate.subject)",
        "  signed by  \(certificate.issuer), \(signature)",
        "  good       from \(CertificateReport.day(certificate.notValidBefore)) to "
          + "\(CertificateReport.day(certificate.notValidAfter))\(warning)",
        "  SHA-1      \(CertificateReport.fingerprint(Insecure.SHA1.hash(data: bytes)))",
        "  SHA-256    \(CertificateReport.fingerprint(SHA256.hash(data: bytes)))",
      ]
      if !certificate.names.isEmpty {
        lines.append("  for        " + certificate.names.map(\.description).joined(separator: "\n             "))
      }
      return lines.joined(separator: "\n")
    }
  }

  private var signature: String {
    switch certificate.signatureAlgorithm {
    case .sha256WithRSAEncryption: "with RSA and SHA-256"
    case .sha1WithRSAEncryption: "with RSA and SHA-1"
    default: "with \(certificate.signatureAlgorithm)"
    }
  }

  private var warning: String {
    if certificate.notValidAfter < now { return ": EXPIRED" }
    return expiresSoon ? ": expires within \(CertificateReport.notice) days" : ""
  }

  static func day(_ date: Date) -> String { date.formatted(.iso8601.year().month().day()) }

  private static func fingerprint(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.count == 1 ? "0" + digits : digits
    }.joined(separator: ":")
  }
}
