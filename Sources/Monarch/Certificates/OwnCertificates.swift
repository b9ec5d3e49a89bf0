import Foundation
import WebServices
import X509

/// The certificates that a service in one process makes for itself, in its data folder.
struct OwnCertificates {
  private let folder: CertificateFolder
  private let names: [CertificateName]

  init(_ configuration: AllInOne.Configuration) {
    folder = CertificateFolder(path: configuration.folder.certificates)
    names = ["localhost", "127.0.0.1", configuration.publicHost].compactMap { $0.flatMap { CertificateName($0) } }
  }

  /// What a listener needs: made at the first start, and made again from the same root before it expires, or when
  /// clients come by a name that it does not have. Blocks.
  func context(_ age: TLSAge) throws -> TLSContext {
    if !folder.isBegun {
      try folder.make(own: names, signing: .sha256)
    } else {
      let certificate = try folder.read(.modern)
      let isKnown = Set(names).isSubset(of: certificate.names)
      if !isKnown || CertificateReport(path: folder.path, certificate: certificate).expiresSoon {
        try folder.renew(adding: names)
      }
    }
    let member = age == .modern ? CertificateFolder.Member.modern : .old
    return try TLSContext(
      age, CertificateFiles(certificate: folder.certificate(member), key: folder.key(member)))
  }

  /// The root that vouches for them, in DER; made with them if they are not there. Blocks.
  func root() throws -> [UInt8] {
    if !folder.isBegun { try folder.make(own: names, signing: .sha256) }
    return Array(try Data(contentsOf: URL(fileURLWithPath: folder.importable)))
  }
}
