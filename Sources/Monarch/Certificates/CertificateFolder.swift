import Credentials
import Foundation
import SwiftASN1
import X509

/// The folder of a service's certificates: a private root that clients import, and what the web role serves.
///
/// Keys are for their owner's eyes only (mode 0600), certificates for everybody's. Reads and writes files and makes keys,
/// which takes a moment: never on an event loop.
struct CertificateFolder: Sendable {
  /// A certificate of the folder with its key.
  enum Member: String, CaseIterable, Sendable {
    case root = "ca"
    case modern = "server"
    case old = "server-old"
  }

  let path: String

  func certificate(_ member: Member) -> String { "\(path)/\(member.rawValue).pem" }
  func key(_ member: Member) -> String { "\(path)/\(member.rawValue).key" }
  /// The root as Windows imports it.
  var importable: String { "\(path)/ca.cer" }

  private var files: [String] { Member.allCases.flatMap { [key($0), certificate($0)] } + [importable] }

  /// Whether there is any of the files.
  var isBegun: Bool { files.contains { FileManager.default.fileExists(atPath: $0) } }

  /// Makes root and server certificates in a folder that is made if it is not there. Never overwrites anything.
  ///
  /// - Parameters:
  ///   - own: the operator's names, besides those that clients look for.
  ///   - digest: signs the root and the old clients' certificate; the modern one is always signed with SHA-256.
  func make(own: [CertificateName], signing digest: CertificateAuthority.Digest, now: Date = Date()) throws {
    if let there = files.first(where: { FileManager.default.fileExists(atPath: $0) }) {
      throw CertificateFailure(
        "there is \(there) already, and nothing was changed: 'monarch certificates renew \(path)' makes new server"
          + " certificates from the same root; another service needs a folder of its own")
    }
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CertificateFailure("cannot make the folder \(path): \(error.localizedDescription)")
    }
    let authority = try CertificateAuthority(signing: digest, now: now)
    try write(authority.root, as: .root, replacing: false)
    try write(
      authority.root.certificate.serializeAsPEM().derBytes, to: importable, isPublic: true, replacing: false)
    for member in [Member.modern, .old] {
      let pair = try server(member, of: authority, own: own, signing: digest, now: now)
      try write(pair, as: member, replacing: false)
    }
  }

  /// Makes new server certificates from the folder's root, for the operator's names in those until now and `more`.
  func renew(adding more: [CertificateName], now: Date = Date()) throws {
    let root = try read(.root)
    guard root.notValidAfter > now else {
      throw CertificateFailure(
        "the root \(certificate(.root)) has expired: make another one in a new folder with 'monarch certificates new',"
          + " and have it imported")
    }
    let authority = CertificateAuthority(root: .init(certificate: root, key: try readKey(.root)))
    let former = try ownNames()
    let digest: CertificateAuthority.Digest = root.signatureAlgorithm == .sha1WithRSAEncryption ? .sha1 : .sha256
    let pairs = try [Member.modern, .old].map { member in
      (member, try server(member, of: authority, own: former + more, signing: digest, now: now))
    }
    for (member, pair) in pairs { try write(pair, as: member, replacing: true) }
  }

  func read(_ member: Member) throws -> Certificate {
    let text = try text(certificate(member))
    guard let certificate = try? Certificate(pemEncoded: text) else {
      throw CertificateFailure(certificate(member), .malformed(path: certificate(member)))
    }
    return certificate
  }

  /// The names in the servers' certificates that are the operator's.
  func ownNames() throws -> [CertificateName] {
    let standard = Set(ServiceNames.all.map(CertificateName.host))
    return try read(.modern).names.filter { !standard.contains($0) }
  }

  private func server(
    _ member: Member, of authority: CertificateAuthority, own: [CertificateName],
    signing digest: CertificateAuthority.Digest, now: Date
  ) throws -> CertificateAuthority.Pair {
    var names = ServiceNames.all.map(CertificateName.host)
    for name in own where !names.contains(name) { names.append(name) }
    let isOld = member == .old
    return try authority.server(
      isOld ? .old : .modern, for: names, signing: isOld ? digest : .sha256, now: now)
  }

  private func readKey(_ member: Member) throws -> Certificate.PrivateKey {
    guard let key = try? Certificate.PrivateKey(pemEncoded: try text(key(member))) else {
      throw CertificateFailure(key(member), .malformed(path: key(member)))
    }
    return key
  }

  private func text(_ path: String) throws -> String {
    let found: [UInt8]?
    do throws(KeyFileError) {
      found = try SecretFile(path: path, isPublic: !path.hasSuffix(".key")).read()
    } catch {
      throw CertificateFailure(path, error)
    }
    guard let found else {
      throw CertificateFailure("there is no \(path): 'monarch certificates new \(self.path)' makes it")
    }
    return String(decoding: found, as: UTF8.self)
  }

  private func write(_ pair: CertificateAuthority.Pair, as member: Member, replacing: Bool) throws {
    let keyText = try pair.key.serializeAsPEM().pemString + "\n"
    let text = try pair.certificate.serializeAsPEM().pemString + "\n"
    try write(Array(keyText.utf8), to: key(member), isPublic: false, replacing: replacing)
    try write(Array(text.utf8), to: certificate(member), isPublic: true, replacing: replacing)
  }

  private func write(_ bytes: [UInt8], to path: String, isPublic: Bool, replacing: Bool) throws {
    let file = SecretFile(path: path, isPublic: isPublic)
    let isWritten: Bool
    do throws(KeyFileError) {
      if replacing, FileManager.default.fileExists(atPath: path) { return try file.replace(bytes) }
      isWritten = try file.create(bytes)
    } catch {
      throw CertificateFailure(path, error)
    }
    guard isWritten else {
      throw CertificateFailure("\(path) was made by somebody else meanwhile: it is left as it is")
    }
  }
}

extension Certificate {
  /// The hosts and addresses for which the certificate is good.
  var names: [CertificateName] {
    guard let alternatives = try? extensions.subjectAlternativeNames else { return [] }
    return alternatives.compactMap { CertificateName($0) }
  }
}
