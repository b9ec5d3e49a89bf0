import NIOSSL

/// For which clients a TLS listener is. The two never share a port: what old ones need would weaken the others.
public enum TLSAge: String, Sendable, CaseIterable {
  /// TLS 1.2 and 1.3, an ECDSA or an RSA key.
  case modern
  /// TLS 1.0 and later with the suites that Windows 9x to 7 know, RSA key exchange and triple DES among them; an RSA key.
  /// SSL 3 and RC4 are not to be had: who knows nothing else needs a proxy, or plain HTTP.
  case old

  /// Each suite of the old listener by OpenSSL's name, what we like best first. Windows XP knows the last one only.
  static let oldSuites =
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA:AES128-SHA:AES256-SHA:DES-CBC3-SHA"

  func configuration(_ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.applicationProtocols = ["http/1.1"]
    switch self {
    case .modern: configuration.minimumTLSVersion = .tlsv12
    case .old:
      configuration.minimumTLSVersion = .tlsv1
      configuration.cipherSuites = TLSAge.oldSuites
    }
    return configuration
  }
}
