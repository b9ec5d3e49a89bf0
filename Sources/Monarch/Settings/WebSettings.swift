import Cluster
import MSNP
import ServerKit
import WebServices

/// The settings of a node that only the web role has, checked.
struct WebSettings: Hashable, Sendable {
  /// A certificate and its private key, in PEM files.
  struct CertificateFiles: Hashable, Sendable {
    let certificate: String
    let key: String
  }

  /// Where plain HTTP is served; nowhere, if HTTPS is and nothing is said.
  var listen: [HostPort] = []
  /// Where HTTPS is served, and with what.
  var listenTLS: [HostPort] = []
  var certificate: CertificateFiles?
  /// Where HTTPS is served to clients of Windows XP and before, and with what.
  var listenOldTLS: [HostPort] = []
  var oldCertificate: CertificateFiles?
  var publicURLs: [PublicURL] = []
  var trustedProxies = AddressBlocks()

  /// Every address, plain HTTP first.
  var addresses: [HostPort] { listen + listenTLS + listenOldTLS }
  var certificateFiles: [CertificateFiles] { [certificate, oldCertificate].compactMap(\.self) }

  init(_ check: inout SettingsCheck) {
    listenTLS = check.optional(.listenTLS, .addresses(port: 8443)) ?? []
    listenOldTLS = check.optional(.listenOldTLS, .addresses(port: 8444)) ?? []
    certificate = WebSettings.files(
      &check, .certificate, .certificateKey, for: .listenTLS, isNeeded: !listenTLS.isEmpty)
    oldCertificate = WebSettings.files(
      &check, .oldCertificate, .oldCertificateKey, for: .listenOldTLS, isNeeded: !listenOldTLS.isEmpty)
    listen = WebSettings.plain(&check, isNeeded: listenTLS.isEmpty && listenOldTLS.isEmpty)
    publicURLs = check.optional(.publicURL, .publicURLs) ?? []
    trustedProxies = check.optional(.trustedProxy, .addressBlocks) ?? AddressBlocks()
  }

  private static func plain(_ check: inout SettingsCheck, isNeeded: Bool) -> [HostPort] {
    let port = NodeSettings.port(.web)
    let form = SettingForm.addresses(port: port)
    guard isNeeded else { return check.optional(.listen, form) ?? [] }
    return check.required(
      .listen, form, missing: "there is no address to listen on", example: "127.0.0.1:\(port)") ?? []
  }

  private static func files(
    _ check: inout SettingsCheck, _ certificate: Setting, _ key: Setting, for listen: Setting, isNeeded: Bool
  ) -> CertificateFiles? {
    guard isNeeded else {
      guard check.optional(certificate, .path) != nil, !check.hasFailed(listen) else { return nil }
      let what = "\(certificate.flag) is given, but nothing listens with it"
      check.add(.missing(listen, what, example: "0.0.0.0:\(listen == .listenTLS ? 8443 : 8444)"), to: listen)
      return nil
    }
    let file = check.required(
      certificate, .path, missing: "there is no certificate for \(listen.flag)",
      example: "/etc/monarch/\(certificate.rawValue).pem")
    let keyFile = check.required(
      key, .path, missing: "there is no private key for \(certificate.flag)",
      example: "/etc/monarch/\(key.rawValue).pem")
    guard let file, let keyFile else { return nil }
    return CertificateFiles(certificate: file, key: keyFile)
  }
}
