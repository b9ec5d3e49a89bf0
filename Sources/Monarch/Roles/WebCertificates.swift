import Logging
import ServerKit
import WebServices

/// The certificates of a web node's TLS listeners.
struct WebCertificates: Sendable {
  /// What a kind of listener needs.
  struct Wanted: Hashable, Sendable {
    let age: TLSAge
    let files: CertificateFiles
  }

  let modern: TLSContext?
  let old: TLSContext?

  static func wanted(_ settings: WebSettings) -> [Wanted] {
    [(TLSAge.modern, settings.certificate), (.old, settings.oldCertificate)].compactMap { age, files in
      files.map { Wanted(age: age, files: $0) }
    }
  }

  /// Reads what the settings name, and throws what is wrong with it; nothing for a role that has none.
  init(_ settings: WebSettings?) throws(TLSFailure) {
    var contexts: [TLSAge: TLSContext] = [:]
    for wanted in settings.map(WebCertificates.wanted) ?? [] {
      contexts[wanted.age] = try TLSContext(wanted.age, wanted.files)
    }
    modern = contexts[.modern]
    old = contexts[.old]
  }

  private var all: [TLSContext] { [modern, old].compactMap(\.self) }

  /// Reads the files again, for connections from now on. What cannot be used is logged, and what was read before stays.
  func reload(_ logger: Logger) {
    for context in all {
      do throws(TLSFailure) {
        try context.reload()
        logger.notice("read the certificate again", metadata: ["file": "\(context.files.certificate)"])
      } catch {
        logger.error("goes on with the certificate it has", metadata: ["cause": "\(error)"])
      }
    }
    warn(logger)
  }

  /// Tells the log what expires soon.
  func warn(_ logger: Logger) {
    for context in all { if let warning = context.warning { logger.error("\(warning)") } }
  }

  var metrics: [Metric] {
    guard !all.isEmpty else { return [] }
    let samples = all.map { Metric.Sample($0.daysLeft, labels: [.init("listener", $0.age.rawValue)]) }
    return [Metric("monarch_certificate_days_left", .gauge, "Days until a certificate expires.", samples: samples)]
  }
}
