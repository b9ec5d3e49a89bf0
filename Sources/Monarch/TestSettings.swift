import Credentials
import NIOCore
import WebServices

/// Settings for tests alone, from the environment: they make waiting short and hashing cheap.
struct TestSettings: Sendable {
  /// `MONARCH_TEST_STEP_SECONDS`: the time for each step of signing in, instead of 30 s.
  let step: TimeAmount
  /// `MONARCH_TEST_TICKET_SECONDS`: how long a switchboard ticket is good, instead of 120 s.
  let ticketLifetime: Int64
  /// `MONARCH_TEST_PASSWORD_COST=lowest`, see `PasswordCost`.
  let passwordCost: PasswordCost
  /// `MONARCH_TEST_HTTP_SECONDS`: the time for each part of an HTTP request, instead of 30 s and 60 s.
  let requestTimes: RequestTimes
  /// `MONARCH_TEST_GATEWAY_SECONDS`: how long a gateway session lives without a request, instead of 60 s.
  let gateway: Gateway.Settings

  init(_ environment: [String: String]) {
    step = .seconds(environment["MONARCH_TEST_STEP_SECONDS"].flatMap(Int64.init) ?? 30)
    ticketLifetime = environment["MONARCH_TEST_TICKET_SECONDS"].flatMap(Int64.init) ?? TicketMint.lifetime
    passwordCost = .chosen(by: environment)
    let seconds = environment["MONARCH_TEST_HTTP_SECONDS"].flatMap(Int64.init)
    requestTimes = seconds.map { RequestTimes(all: .seconds($0)) } ?? RequestTimes()
    let idle = environment["MONARCH_TEST_GATEWAY_SECONDS"].flatMap(Int64.init)
    gateway = Gateway.Settings(idle: .seconds(idle ?? 60))
  }
}
