import Crypto
import CryptoExtras
import Foundation
import SwiftASN1
import X509

/// A private root: a certificate that clients import once, and the key that signs the servers' certificates.
///
/// The key is RSA with 2,048 bits, for no Windows before Vista knows another kind. None of the certificates names a
/// place to ask whether it was revoked: a client without a way there would wait for it.
struct CertificateAuthority {
  /// With what a certificate is signed.
  enum Digest: Sendable {
    case sha256
    /// The only one that Windows 9x, 2000 and XP before Service Pack 3 can check.
    case sha1

    fileprivate var algorithm: Certificate.SignatureAlgorithm {
      switch self {
      case .sha256: .sha256WithRSAEncryption
      case .sha1: .sha1WithRSAEncryption
      }
    }
  }

  /// For which clients a server's certificate is.
  enum Era: CaseIterable, Sendable {
    /// An ECDSA key over P-256, which costs the server a third of an RSA key's work.
    case modern
    /// An RSA key with 2,048 bits, good for RSA key exchange too.
    case old
  }

  /// A certificate with its key.
  struct Pair {
    var certificate: Certificate
    var key: Certificate.PrivateKey
  }

  private static let rootDays = 20 * 365
  /// What the strictest of today's clients still take of a private root.
  private static let serverDays = 825
  /// 1 January 2000: the clocks of the machines that old clients run on are often years behind.
  private static let longAgo = Date(timeIntervalSince1970: 946_684_800)

  let root: Pair

  /// Makes a new root, signed by itself. Old clients check that signature too, so it is as old as they need it.
  init(signing digest: Digest, now: Date) throws {
    let key = Certificate.PrivateKey(try _RSA.Signing.PrivateKey(keySize: .bits2048))
    let name = try CertificateAuthority.name("Monarch root \(UInt32.random(in: 0x1000_0000 ... .max))")
    let identifier = SubjectKeyIdentifier(hash: key.publicKey)
    let extensions = try Certificate.Extensions {
      Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
      Critical(KeyUsage(keyCertSign: true, cRLSign: true))
      identifier
    }
    let certificate = try Certificate(
      version: .v3, serialNumber: CertificateAuthority.serialNumber(), publicKey: key.publicKey,
      notValidBefore: CertificateAuthority.longAgo,
      notValidAfter: now.addingTimeInterval(Double(CertificateAuthority.rootDays) * 86_400), issuer: name,
      subject: name,
      signatureAlgorithm: digest.algorithm, extensions: extensions, issuerPrivateKey: key)
    root = Pair(certificate: certificate, key: key)
  }

  /// A root that was made before.
  init(root: Pair) { self.root = root }

  /// A server's certificate with a key of its own, for names of which at least one has to be given.
  func server(_ era: Era, for names: [CertificateName], signing digest: Digest, now: Date) throws -> Pair {
    let key: Certificate.PrivateKey =
      switch era {
      case .modern: Certificate.PrivateKey(P256.Signing.PrivateKey())
      case .old: Certificate.PrivateKey(try _RSA.Signing.PrivateKey(keySize: .bits2048))
      }
    let end = now.addingTimeInterval(Double(CertificateAuthority.serverDays) * 86_400)
    let certificate = try Certificate(
      version: .v3, serialNumber: CertificateAuthority.serialNumber(), publicKey: key.publicKey,
      notValidBefore: era == .old ? CertificateAuthority.longAgo : now.addingTimeInterval(-86_400),
      notValidAfter: min(end, root.certificate.notValidAfter), issuer: root.certificate.subject,
      subject: try CertificateAuthority.name(ServiceNames.common), signatureAlgorithm: digest.algorithm,
      extensions: try extensions(era, for: names, key: key.publicKey), issuerPrivateKey: root.key)
    return Pair(certificate: certificate, key: key)
  }

  private func extensions(
    _ era: Era, for names: [CertificateName], key: Certificate.PublicKey
  ) throws -> Certificate.Extensions {
    var alternatives = names.map(\.generalName)
    // Windows before 7 finds an address among the host names only.
    for case .address(let bytes) in names where era == .old && bytes.count == 4 {
      alternatives.append(.dnsName("\(CertificateName.address(bytes))"))
    }
    let authority = SubjectKeyIdentifier(hash: root.key.publicKey)
    return try Certificate.Extensions {
      Critical(BasicConstraints.notCertificateAuthority)
      // RSA key exchange enciphers with the key; with an ECDSA key there is nothing to encipher.
      Critical(KeyUsage(digitalSignature: true, keyEncipherment: era == .old))
      try ExtendedKeyUsage([.serverAuth])
      SubjectAlternativeNames(alternatives)
      SubjectKeyIdentifier(hash: key)
      AuthorityKeyIdentifier(keyIdentifier: authority.keyIdentifier)
    }
  }

  /// As a PrintableString, which is what Windows 9x reads.
  private static func name(_ common: String) throws -> DistinguishedName {
    DistinguishedName([
      RelativeDistinguishedName(
        try RelativeDistinguishedName.Attribute(
          type: .RDNAttributeType.organizationName, printableString: "Monarch")),
      RelativeDistinguishedName(
        try RelativeDistinguishedName.Attribute(type: .RDNAttributeType.commonName, printableString: common)),
    ])
  }

  /// Positive, and no longer than any client takes.
  private static func serialNumber() -> Certificate.SerialNumber {
    var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
    bytes[0] = bytes[0] & 0x3f | 0x40
    return Certificate.SerialNumber(bytes: bytes)
  }
}
