import Foundation
import NIOSSL
import TestKit
import Testing

@testable import WebServices

/// What is said of certificates and keys before anything listens.
struct TLSContextTests {
  private let folder: CertificatesForTests

  init() throws { folder = try CertificatesForTests() }

  private func failure(_ age: TLSAge, _ files: CertificateFiles) -> TLSFailure? {
    do throws(TLSFailure) {
      _ = try TLSContext(age, files)
      return nil
    } catch {
      return error
    }
  }

  @Test func goodFilesAreTaken() throws {
    for age in TLSAge.allCases { #expect(failure(age, folder.files(age)) == nil) }
    #expect(failure(.modern, folder.files(.old)) == nil, "RSA is good for today's clients too")
    #expect((824...825).contains(try TLSContext(.modern, folder.files(.modern)).daysLeft))
  }

  @Test func whatIsNotThereIsNamed() {
    let files = folder.files(.modern)
    let none = folder.path + "/none"
    #expect(failure(.modern, CertificateFiles(certificate: none, key: files.key)) == .noSuchFile(path: none))
    #expect(failure(.modern, CertificateFiles(certificate: files.certificate, key: none)) == .noSuchFile(path: none))
    #expect(
      "\(TLSFailure.noSuchFile(path: none))"
        == "there is no file \(none): 'monarch certificates new DIR' makes certificates with their keys")
  }

  @Test func filesInEachOthersPlaceAreNamed() {
    let files = folder.files(.modern)
    let swapped = CertificateFiles(certificate: files.key, key: files.key)
    #expect(failure(.modern, swapped) == .noCertificate(path: files.key))
    let noKey = CertificateFiles(certificate: files.certificate, key: files.certificate)
    #expect(failure(.modern, noKey) == .readableByOthers(path: files.certificate, mode: 0o644))
  }

  @Test func aKeyThatIsNone() throws {
    try folder.write("server.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    #expect(failure(.modern, folder.files(.modern)) == .noKey(path: folder.files(.modern).key))
  }

  @Test func aKeyWithAPassword() throws {
    let key = folder.files(.modern).key
    let run = try CommandRun(
      "openssl", ["ec", "-in", key, "-aes128", "-passout", "pass:secret", "-out", key + ".locked"])
    #expect(run.hasSucceeded, "\(run.errors)")
    #expect(chmod(key + ".locked", 0o600) == 0)
    let files = CertificateFiles(certificate: folder.files(.modern).certificate, key: key + ".locked")
    #expect(failure(.modern, files) == .noKey(path: key + ".locked"))
  }

  @Test func aKeyOfAnotherCertificate() {
    let (modern, old) = (folder.files(.modern), folder.files(.old))
    for files in [
      CertificateFiles(certificate: modern.certificate, key: old.key),
      CertificateFiles(certificate: old.certificate, key: folder.path + "/ca.key"),
    ] {
      #expect(failure(.modern, files) == .strangers(certificate: files.certificate, key: files.key))
    }
  }

  @Test(arguments: [0o640, 0o604])
  func aKeyThatOthersMayRead(_ mode: Int) throws {
    let key = folder.files(.modern).key
    #expect(chmod(key, mode_t(mode)) == 0)
    #expect(failure(.modern, folder.files(.modern)) == .readableByOthers(path: key, mode: UInt32(mode)))
    #expect("\(TLSFailure.readableByOthers(path: key, mode: 0o640))".hasSuffix("(mode 640): chmod 600 \(key)"))
  }

  @Test func oldClientsNeedRSA() {
    let files = folder.files(.modern)
    #expect(failure(.old, files) == .notRSA(path: files.certificate))
  }

  @Test func aCertificateOutOfItsTime() throws {
    let files = folder.files(.modern)
    let end = Int64(try NIOSSLCertificate.fromPEMFile(files.certificate)[0].notValidAfter)
    for (age, now, wanted) in [
      (TLSAge.modern, end, TLSFailure.expired(path: files.certificate, since: end)),
      (.modern, end - 1, nil), (.modern, 0, .early(path: files.certificate)),
      (.old, 946_684_800, nil), (.old, 946_684_799, .early(path: folder.files(.old).certificate)),
    ] as [(TLSAge, Int64, TLSFailure?)] {
      do throws(TLSFailure) {
        _ = try TLSContext(age, folder.files(age), patience: TLSContext.patience, now: now)
        #expect(wanted == nil)
      } catch {
        #expect(error == wanted)
      }
    }
    let yesterday = Int64(Date().timeIntervalSince1970) - 90_000
    #expect(
      "\(TLSFailure.expired(path: "/c/server.pem", since: yesterday))"
        == "the certificate /c/server.pem expired yesterday: 'monarch certificates renew DIR' makes another from the"
        + " same root")
  }
}
