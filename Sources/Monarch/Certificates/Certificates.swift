import ArgumentParser
import X509

/// The certificates of the web role.
struct Certificates: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the certificates by which clients know the web role.",
    discussion: """
      Clients from MSN Messenger 5.0 on ask for tickets at addresses such as https://nexus.passport.com/ and \
      https://login.live.com/. The names are not yours, so no public authority certifies them: you make a root of your \
      own, which each client machine imports once, and it vouches for your server.

        monarch certificates new /etc/monarch/certificates --host 192.168.1.20
        monarch web --listen-tls 0.0.0.0:443 \\
          --certificate /etc/monarch/certificates/server.pem \\
          --certificate-key /etc/monarch/certificates/server.key ...

      server.pem is for today's clients, server-old.pem for those of Windows 9x to XP, which need an RSA key and TLS 1.0: \
      for --listen-old-tls, on an address of its own.

      Import on Windows: bring ca.cer to the machine, open it, 'Install Certificate', 'Place all certificates in the \
      following store', 'Trusted Root Certification Authorities'. On 2000 and later an administrator does it for \
      everybody: run mmc, add the snap-in 'Certificates' for the computer account, and import ca.cer under 'Trusted Root \
      Certification Authorities'. From Vista on also: certutil -addstore Root ca.cer. Elsewhere, ca.pem is the same.

      Whoever has ca.key can pass for any site to those who imported the root. No running server needs it: keep it, with \
      a copy, where only you get at it. And import no root from somebody you do not trust that far.
      """,
    subcommands: [CertificatesNew.self, CertificatesRenew.self, CertificatesShow.self])
}

/// The operator's names on the command line.
struct OwnNameOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A name or an address of your own by which clients reach the server; may be given more than once. Those that \
      clients have built in are always there.
      """, valueName: "name"))
  var host: [String] = []

  func validate() throws {
    for text in host where CertificateName(text) == nil {
      throw ValidationError("--host \(text): give a host name or an IP address, without port.")
    }
  }

  var names: [CertificateName] { host.compactMap { CertificateName($0) } }
}

struct CertificatesNew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make a root and server certificates.",
    discussion: """
      Writes into a folder, and never over what is there:

        ca.pem, ca.cer            the root, for client machines: both are the same
        ca.key                    its key: keep it to yourself
        server.pem, .key          for --listen-tls: ECDSA P-256, SHA-256
        server-old.pem, .key      for --listen-old-tls: RSA 2048; SHA-256, or SHA-1 with --sha1

      The root is good for 20 years, server certificates for 825 days, after which 'renew' makes others from the same \
      root. Root and old certificate are good from the year 2000 on, for clocks that are behind.

      With --sha1 the root and the old certificate are signed with SHA-1: Windows 9x, 2000 and XP before Service Pack 3 \
      cannot check SHA-256. Such signatures can be forged by who lets you sign what he has prepared; you sign nothing \
      but this, so that is of no use against your root. Today's clients do not check a root's own signature and get \
      server.pem, which is signed with SHA-256 in any case.

      Examples:
        monarch certificates new /etc/monarch/certificates --host messenger.example.org --host 192.168.1.20
        monarch certificates new retro --sha1
      """)

  @Argument(help: ArgumentHelp("The folder; made if it is not there, for its owner's eyes only.", valueName: "dir"))
  var folder: String

  @OptionGroup var own: OwnNameOptions

  @Flag(name: .customLong("sha1"), help: "Sign for Windows 9x, 2000 and XP before Service Pack 3.")
  var usesSHA1 = false

  func run() throws {
    let certificates = CertificateFolder(path: folder)
    try certificates.make(own: own.names, signing: usesSHA1 ? .sha1 : .sha256)
    print(
      """
      Made a root and server certificates:
        \(certificates.importable)  for client machines, where it is imported as a trusted root
        \(certificates.certificate(.modern)), \(certificates.key(.modern))  for monarch web --listen-tls
        \(certificates.certificate(.old)), \(certificates.key(.old))  for monarch web --listen-old-tls
      Keep \(certificates.key(.root)) to yourself, with a copy: no server needs it.
      """)
  }
}

struct CertificatesRenew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "renew", abstract: "Make new server certificates from the same root.",
    discussion: """
      Before the old ones expire, for more names, or after an update of Monarch that knows more. Names given before are \
      kept, and so is the way they are signed. Clients notice nothing. Afterwards copy the files to where the web nodes \
      have them and send those SIGHUP, which makes them read their certificates again.

      Example:
        monarch certificates renew /etc/monarch/certificates --host chat.example.org
      """)

  @Argument(help: ArgumentHelp("The folder that 'monarch certificates new' made.", valueName: "dir"))
  var folder: String

  @OptionGroup var own: OwnNameOptions

  func run() throws {
    let certificates = CertificateFolder(path: folder)
    try certificates.renew(adding: own.names)
    let end = try certificates.read(.modern).notValidAfter
    print("Made new server certificates in \(folder), good until \(CertificateReport.day(end)).")
    print("Copy them to the web nodes, and send those SIGHUP.")
  }
}

struct CertificatesShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Tell names, expiry and fingerprints.",
    discussion: """
      Exits with 1 when a certificate has expired or will within 30 days, so a nightly job can ask.

      Example:
        monarch certificates show /etc/monarch/certificates
      """)

  @Argument(help: ArgumentHelp("The folder that 'monarch certificates new' made.", valueName: "dir"))
  var folder: String

  func run() throws {
    let certificates = CertificateFolder(path: folder)
    let reports = try CertificateFolder.Member.allCases.map { member in
      CertificateReport(path: certificates.certificate(member), certificate: try certificates.read(member))
    }
    print(try reports.map { try $0.text }.joined(separator: "\n\n"))
    if reports.contains(where: { $0.expiresSoon }) { throw ExitCode.failure }
  }
}
