import MSNP
import NIOCore
import NIOPosix

/// Gets tickets from the web server, as clients of MSNP8 to 12 do: Passport 1.4, all of it in the headers.
///
///     GET /login2.srf HTTP/1.1
///     Authorization: Passport1.4 OrgVerb=GET,OrgURL=...,sign-in=load0%40example%2Ecom,pwd=load,<policy>
///
///     HTTP/1.1 200 OK
///     Authentication-Info: Passport1.4 da-status=success,...,from-PP='t=...&p=',ru=http://messenger.msn.com
struct TicketOffice: Sendable {
  /// As long as a real one.
  static let madeUp = "t=" + String(repeating: "A", count: 71) + "&p="

  let web: HostPort

  /// By handle; fifty at a time. They are good for five minutes.
  func tickets(for handles: [String]) async throws -> [String: String] {
    var tickets: [String: String] = [:]
    for start in stride(from: 0, to: handles.count, by: 50) {
      let batch = handles[start..<min(start + 50, handles.count)]
      try await withThrowingTaskGroup(of: (String, String).self) { group in
        for handle in batch { group.addTask { (handle, try await ticket(for: handle)) } }
        for try await (handle, ticket) in group { tickets[handle] = ticket }
      }
    }
    return tickets
  }

  func ticket(for handle: String) async throws -> String {
    let page = try await WebPage.get("/login2.srf", from: web, headers: ["Authorization: \(authorization(of: handle))"])
    guard let start = page.firstRange(of: "from-PP='")?.upperBound, let end = page[start...].firstIndex(of: "'") else {
      throw LoadFailure("no ticket for \(handle): \(page.prefix { !$0.isNewline })")
    }
    return String(page[start..<end])
  }

  private func authorization(of handle: String) -> String {
    let name = handle.replacing("@", with: "%40").replacing(".", with: "%2E")
    return "Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=\(name),"
      + "pwd=\(SignInScene.password),lc=1033,id=507,tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom"
  }
}
