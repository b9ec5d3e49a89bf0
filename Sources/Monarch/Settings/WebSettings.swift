import Cluster
import MSNP
import ServerKit
import WebServices

/// The settings of a node that only the web role has, checked.
struct WebSettings: Hashable, Sendable {
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
  /// The root that clients import, as a file in DER; nil when a public authority vouches for the certificates.
  var rootCertificate: String?
  /// What the service is called on its pages.
  var serviceName = "Monarch"
  var registration = Registration.invitation
  var historyDays = 90

  /// Every address, plain HTTP first.
  var addresses: [HostPort] { listen + listenTLS + listenOldTLS }

  init(_ check: inout SettingsCheck) {
    listenTLS = check.optional(.listenTLS, .addresses(port: 8443)) ?? []
    listenOldTLS = check.optional(.listenOldTLS, .addresses(port: 8444)) ?? []
    certificate = WebSettings.files(
      &check, .certificate, .certificateKey, for: .listenTLS, isNeeded: !listenTLS.isEmpty)
    oldCertificate = WebSettings.files(
      &check, .oldCertificate, .oldCertificateKey, for: .listenOldTLS, isNeeded: !listenOldTLS.isEmpty)
    listen = WebSettings.plain(&check, isNeeded: listenTLS.isEmpty && listenOldTLS.isEmpty)
    refuseSharedPorts(&check)
    publicURLs = check.optional(.publicURL, .publicURLs) ?? []
    trustedProxies = check.optional(.trustedProxy, .addressBlocks) ?? AddressBlocks()
    rootCertificate = check.optional(.rootCertificate, .path)
    serviceName = check.optional(.serviceName, .serviceName) ?? "Monarch"
    registration = check.optional(.registration, .registration) ?? .invitation
    historyDays = check.optional(.historyDays, .historyDays) ?? 90
  }

  /// A port speaks one language: what old clients need of TLS would weaken the others.
  private func refuseSharedPorts(_ check: inout SettingsCheck) {
    let lists = [(Setting.listen, listen), (.listenTLS, listenTLS), (.listenOldTLS, listenOldTLS)]
    for (index, (setting, addresses)) in lists.enumerated() {
      for (other, taken) in lists[..<index] {
        for address in addresses where taken.contains(where: { $0.overlaps(address) }) {
          check.add(
            .wrong(
              setting, "\(address)", "is where \(other.flag) listens already: give each a port or an address of its own"
            ),
            to: setting)
        }
      }
    }
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
    // One that nothing listens with does no harm: a service's unit names all that there could be.
    guard isNeeded else { return nil }
    let example = "/etc/monarch/certificates/" + (listen == .listenTLS ? "server" : "server-old")
    let file = check.required(
      certificate, .path, missing: "there is no certificate for \(listen.flag)",
      example: example + ".pem")
    let keyFile = check.required(
      key, .path, missing: "there is no private key for \(certificate.flag)",
      example: example + ".key")
    guard let file, let keyFile else { return nil }
    return CertificateFiles(certificate: file, key: keyFile)
  }
}

extension HostPort {
  /// Whether nobody can listen on both: 0.0.0.0 is every address.
  fileprivate func overlaps(_ other: HostPort) -> Bool {
    port == other.port && (host == other.host || host == "0.0.0.0" || other.host == "0.0.0.0")
  }
}
