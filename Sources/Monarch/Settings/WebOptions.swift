import ArgumentParser

/// The flags of `monarch web` that no other role has a use for.
struct WebOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where to serve HTTPS, with commas between several; port 8443 if none is given (MONARCH_LISTEN_TLS).",
      valueName: "addr[:port]"))
  var listenTls: String?

  @Option(
    help: ArgumentHelp(
      """
      Where to serve HTTPS to clients of Windows XP and before, with the ciphers they know; port 8444 if none is given \
      (MONARCH_LISTEN_OLD_TLS).
      """, valueName: "addr[:port]"))
  var listenOldTls: String?

  @Option(
    help: ArgumentHelp(
      "The certificate for --listen-tls, and those between it and its root, in PEM (MONARCH_CERTIFICATE).",
      valueName: "file"))
  var certificate: String?

  @Option(help: ArgumentHelp("The private key of --certificate, in PEM (MONARCH_CERTIFICATE_KEY).", valueName: "file"))
  var certificateKey: String?

  @Option(
    help: ArgumentHelp(
      "The certificate for --listen-old-tls, with an RSA key, in PEM (MONARCH_OLD_CERTIFICATE).", valueName: "file"))
  var oldCertificate: String?

  @Option(
    help: ArgumentHelp("The private key of --old-certificate, in PEM (MONARCH_OLD_CERTIFICATE_KEY).", valueName: "file")
  )
  var oldCertificateKey: String?

  @Option(
    help: ArgumentHelp(
      """
      Where clients are told to find this server, with commas between several; one of the scheme that the client speaks \
      comes first. Without it they are told the name by which they came (MONARCH_PUBLIC_URL).
      """, valueName: "url"))
  var publicUrl: String?

  @Option(
    help: ArgumentHelp(
      """
      The proxies before this server, as addresses or blocks with commas between them: only their X-Forwarded-For and \
      X-Forwarded-Proto are believed, and they have no limit of connections (MONARCH_TRUSTED_PROXY).
      """, valueName: "cidr"))
  var trustedProxy: String?

  @Option(
    help: ArgumentHelp(
      """
      The root certificate that clients import, in DER, such as ca.cer of 'monarch certificates new': the page that tells \
      how to connect then offers it (MONARCH_ROOT_CERTIFICATE).
      """, valueName: "file"))
  var rootCertificate: String?

  @Option(
    help: ArgumentHelp(
      "What the service is called on its pages; 'Monarch' if not given (MONARCH_SERVICE_NAME).", valueName: "name"))
  var serviceName: String?

  @Option(
    help: ArgumentHelp(
      """
      Who may make an account on the pages: 'invitation', the default, whoever brings one ('monarch invite'); 'open' \
      everybody; 'closed' nobody (MONARCH_REGISTRATION).
      """, valueName: "who"))
  var registration: String?

  @Option(
    help: ArgumentHelp(
      """
      How many days messages are kept for people who have switched their message history on; 90 if not given, and 0 keeps \
      none and does not offer it (MONARCH_HISTORY_DAYS).
      """, valueName: "n"))
  var historyDays: String?

  /// What was given on the command line.
  var given: [Setting: String] {
    let values: [Setting: String?] = [
      .listenTLS: listenTls, .listenOldTLS: listenOldTls, .certificate: certificate, .certificateKey: certificateKey,
      .oldCertificate: oldCertificate, .oldCertificateKey: oldCertificateKey, .publicURL: publicUrl,
      .trustedProxy: trustedProxy, .rootCertificate: rootCertificate, .serviceName: serviceName,
      .registration: registration, .historyDays: historyDays,
    ]
    return values.compactMapValues { $0 }
  }
}
