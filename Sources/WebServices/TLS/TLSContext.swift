import Credentials
import Glibc
import NIOCore
import NIOSSL
import Synchronization

/// The files of a server's certificate: the certificate itself first, then those that lead to the root, if there are
/// any; and its key. Both in PEM.
public struct CertificateFiles: Hashable, Sendable {
  public let certificate: String
  public let key: String

  public init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }
}

/// What a TLS listener shows its clients, and what it accepts of them.
///
/// Reads files: never on an event loop, but for ``attach(to:)``.
public final class TLSContext: Sendable {
  /// How long a client may take from its first byte to the end of the handshake.
  public static let patience = TimeAmount.seconds(15)

  public let age: TLSAge
  public let files: CertificateFiles
  private let patience: TimeAmount
  private let current: Mutex<Loaded>

  private struct Loaded {
    var context: NIOSSLContext
    var expires: Int64
  }

  /// Reads certificate and key, and throws what is wrong with them.
  public convenience init(_ age: TLSAge, _ files: CertificateFiles) throws(TLSFailure) {
    try self.init(age, files, patience: TLSContext.patience, now: Clock.unixTime)
  }

  init(
    _ age: TLSAge, _ files: CertificateFiles, patience: TimeAmount, now: Int64 = Clock.unixTime
  ) throws(TLSFailure) {
    self.age = age
    self.files = files
    self.patience = patience
    current = Mutex(try TLSContext.load(age, files, now: now))
  }

  /// Days until the certificate's time is over.
  public var daysLeft: Int { Int((current.withLock { $0.expires } - Clock.unixTime) / 86_400) }

  /// What an operator has to do soon; nil while there is time.
  public var warning: String? {
    guard daysLeft < 30 else { return nil }
    return
      "the certificate \(files.certificate) expires in \(daysLeft) days: 'monarch certificates renew DIR' makes another"
      + " from the same root"
  }

  /// Reads the files again, for connections from now on. When something is wrong with them, what was read before stays.
  public func reload() throws(TLSFailure) {
    let loaded = try TLSContext.load(age, files, now: Clock.unixTime)
    current.withLock { $0 = loaded }
  }

  /// Puts TLS between the wire and the handlers that are added afterwards; on the channel's event loop.
  public func attach(to channel: any Channel) throws {
    let context = current.withLock { $0.context }
    try channel.pipeline.syncOperations.addHandlers([
      NIOSSLServerHandler(context: context), HandshakeDeadline(patience: patience),
    ])
  }

  private static func load(_ age: TLSAge, _ files: CertificateFiles, now: Int64) throws(TLSFailure) -> Loaded {
    let chain = try certificates(files.certificate)
    let key = try key(files.key)
    guard let leaf = chain.first else { throw .noCertificate(path: files.certificate) }
    let expires = Int64(leaf.notValidAfter)
    guard expires > now else { throw .expired(path: files.certificate, since: expires) }
    guard leaf.notValidBefore <= now else { throw .early(path: files.certificate) }
    guard age == .modern || hasRSAKey(leaf) else { throw .notRSA(path: files.certificate) }
    do {
      return Loaded(context: try NIOSSLContext(configuration: age.configuration(chain, key)), expires: expires)
    } catch {
      // Both were read: so what the library refuses is that they do not fit.
      throw .strangers(certificate: files.certificate, key: files.key)
    }
  }

  private static func certificates(_ path: String) throws(TLSFailure) -> [NIOSSLCertificate] {
    let bytes = try read(path, isPublic: true)
    do {
      return try NIOSSLCertificate.fromPEMBytes(bytes)
    } catch {
      throw .noCertificate(path: path)
    }
  }

  private static func key(_ path: String) throws(TLSFailure) -> NIOSSLPrivateKey {
    let bytes = try read(path, isPublic: false)
    do {
      // Without a password of its own the library would ask for one at the terminal.
      return try NIOSSLPrivateKey(bytes: bytes, format: .pem) { $0([UInt8]()) }
    } catch {
      throw .noKey(path: path)
    }
  }

  private static func read(_ path: String, isPublic: Bool) throws(TLSFailure) -> [UInt8] {
    let bytes: [UInt8]?
    do throws(KeyFileError) {
      bytes = try SecretFile(path: path, isPublic: isPublic).read()
    } catch {
      switch error {
      case .inaccessible(_, let reason): throw .inaccessible(path: path, reason: reason)
      case .readableByOthers(_, let mode): throw .readableByOthers(path: path, mode: mode)
      default: throw isPublic ? .noCertificate(path: path) : .noKey(path: path)
      }
    }
    guard let bytes else { throw .noSuchFile(path: path) }
    return bytes
  }

  /// rsaEncryption, 1.2.840.113549.1.1.1, as DER has it.
  private static let rsaEncryption: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]

  /// A public key's information begins with its algorithm.
  private static func hasRSAKey(_ certificate: NIOSSLCertificate) -> Bool {
    guard let information = try? certificate.extractPublicKey().toSPKIBytes() else { return false }
    let head = information.prefix(24)
    return head.indices.contains { head[$0...].starts(with: rsaEncryption) }
  }
}

/// This machine's clock.
enum Clock {
  /// Seconds since 1970.
  static var unixTime: Int64 { Int64(time(nil)) }
}
