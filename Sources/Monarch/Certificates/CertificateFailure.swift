import Credentials

/// Why certificates cannot be made or shown. The description names the cure.
struct CertificateFailure: Error, Hashable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }

  /// What is wrong with a file of the folder.
  init(_ path: String, _ error: KeyFileError) {
    switch error {
    case .inaccessible(_, let reason): self.init("the file \(path) cannot be used: \(reason)")
    case .readableByOthers: self.init("\(error)")
    default: self.init("\(path) is no certificate and no key: put back the copy you have of it")
    }
  }
}
