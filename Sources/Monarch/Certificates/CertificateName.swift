import Glibc
import SwiftASN1
import X509

/// A name for which a certificate is good: a host's, or an address.
enum CertificateName: Hashable, Sendable, CustomStringConvertible {
  /// In lower case; a first label of `*` stands for any one label.
  case host(String)
  /// The four bytes of an IPv4 address, or the sixteen of an IPv6 address.
  case address([UInt8])

  /// Reads what an operator gives; nil for what is neither.
  init?(_ text: String) {
    if let bytes = CertificateName.bytes(of: text) {
      self = .address(bytes)
    } else if CertificateName.isHost(text) {
      self = .host(text.lowercased())
    } else {
      return nil
    }
  }

  /// Nil for a name of another kind.
  init?(_ name: GeneralName) {
    switch name {
    case .dnsName(let host): self.init(host)
    case .ipAddress(let octets): self = .address(Array(octets.bytes))
    default: return nil
    }
  }

  var generalName: GeneralName {
    switch self {
    case .host(let host): .dnsName(host)
    case .address(let bytes): .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
    }
  }

  var description: String {
    switch self {
    case .host(let host): host
    case .address(let bytes): CertificateName.text(of: bytes)
    }
  }

  private static func isHost(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    var labels = text.split(separator: ".", omittingEmptySubsequences: false)
    if labels.count > 2, labels[0] == "*" { labels.removeFirst() }
    // All digits and dots would be an address, which it is not.
    return labels.last?.allSatisfy(\.isNumber) == false
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
              UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
              true
            default: false
            }
          }
      }
  }

  private static func bytes(of text: String) -> [UInt8]? {
    for (family, length) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: length)
      if inet_pton(family, text, &bytes) == 1 { return bytes }
    }
    return nil
  }

  private static func text(of bytes: [UInt8]) -> String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard bytes.count == 4 || bytes.count == 16,
      inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil
    else { return "?" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
