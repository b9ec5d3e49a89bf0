import FuzzKit
import MSNP
import NIOCore

@testable import WebServices

/// The first byte chooses what the rest is read as: an `Authorization` header, a form whose target a browser is sent to,
/// or a public URL.
@_cdecl("FuzzPassport_main")
func main(_ count: Int32, _ arguments: ProgramArguments) -> Int32 {
  fuzz(count, arguments) { start, size in
    var input = FuzzInput(start, size)
    let choice = input.byte()
    let text = String(buffer: input.rest)
    switch choice & 3 {
    case 0: readHeader(text)
    case 1: followForm(text)
    default:
      guard let url = PublicURL(text) else { return 0 }
      hold(PublicURL(url.description) == url, "\(text) is written as \(url)")
    }
    return 0
  }
}

/// What is read is no longer than what came, and a second scheme word makes no difference.
private func readHeader(_ text: String) {
  guard let found = PassportCredentials(header: text) else { return }
  hold(found.signIn.utf8.count + found.password.utf8.count <= text.utf8.count, "\(found) of \(text)")
  hold(PassportCredentials(header: "Passport1.4 " + text) == found, "\(text) behind its scheme")
  hold(PassportCredentials(header: text + ",unknown=x") == found, "\(text) with one more pair")
}

private let settings = WebServer.Settings(
  advertised: HostPort(host: "192.0.2.41", port: 80),
  publicURLs: [PublicURL(isSecure: true, authority: "login.example.org")], site: "http://messenger.example.org/")

/// Whatever a form says, a browser ends up at a host that is known.
private func followForm(_ text: String) {
  let safe = SafeTarget(place: PublicURL(isSecure: false, authority: "a.example:8080"), settings: settings)
  for target in [FormFields(text)["rru"], text].compactMap(\.self) {
    guard let url = safe.url(for: target) else { continue }
    hold(url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }, url)
    let rest = url.dropFirst(url.hasPrefix("https") ? 8 : 7)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.lowercased()
    hold(["a.example:8080", "login.example.org", "messenger.example.org"].contains(authority), url)
  }
}
