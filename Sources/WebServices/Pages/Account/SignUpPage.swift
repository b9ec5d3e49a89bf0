import Credentials
import HTTPTypes
import Hummingbird
import MSNP
import NIOCore
import Roster
import Store
import Synchronization

/// Making an account: for everybody, for who has an invitation, or for nobody, as the operator decides.
///
///     >>> POST /signup
///     >>> token=...&email=alice%40example.com&name=Alice&password=...&again=...&invitation=7KQ2-M9XA-0TBN-W4HD
///     <<< 303 See Other, Location: http://messenger.example.org/welcome, Set-Cookie: monarch=...
struct SignUpPage {
  let frame: PageFrame
  private let tries = SignUpTries()

  init(frame: PageFrame) { self.frame = frame }

  func add(to routes: inout Routes) {
    routes.page("/signup", in: frame) { _, _, visitor in
      guard visitor.member == nil else { return frame.redirect(to: "/account", for: visitor) }
      guard frame.settings.pages.registration != .closed else { return closed(visitor, .ok) }
      return page(SignUpForm(), for: visitor)
    }
    routes.form("/signup", in: frame) { form, _, visitor in
      guard visitor.member == nil else { return frame.redirect(to: "/account", for: visitor) }
      guard frame.settings.pages.registration != .closed else { return closed(visitor, .forbidden) }
      return try await signUp(SignUpForm(form, registration: frame.settings.pages.registration), visitor)
    }
  }

  private func closed(_ visitor: Visitor, _ status: HTTPResponse.Status) -> Response {
    frame.message(
      "Sign up", "Nobody can make an account here: whoever runs this service makes them. Ask there for one.",
      for: visitor, status: status)
  }

  private struct Content {
    var token: String
    var form: SignUpForm
    var needsInvitation: Bool
    var isPlain: Bool
  }

  private func page(
    _ form: SignUpForm, problem: String? = nil, status: HTTPResponse.Status = .ok, for visitor: Visitor
  ) -> Response {
    frame.page(
      "Sign up", "signup",
      Content(
        token: visitor.secret.formToken, form: form,
        needsInvitation: frame.settings.pages.registration == .invitation, isPlain: !visitor.isSecure),
      for: visitor, problem: problem, status: status)
  }

  private func signUp(_ form: SignUpForm, _ visitor: Visitor) async throws -> Response {
    guard !form.hasProblem, let wish = form.wish else {
      return page(form, status: .unprocessableContent, for: visitor)
    }
    let now = NIODeadline.now()
    guard tries.take(visitor.client.limitKey, now: now) else {
      return page(
        form, problem: "Your network has made, or tried to make, too many accounts lately. Try again in an hour.",
        status: .tooManyRequests, for: visitor)
    }
    do {
      let outcome = try await join(wish)
      tries.settle(visitor.client.limitKey, takenAt: now, outcome.counted)
      return try await answer(outcome, form, visitor)
    } catch {
      tries.settle(visitor.client.limitKey, takenAt: now, .nothing)
      throw error
    }
  }

  private func join(_ wish: SignUpForm.Wish) async throws -> JoinOutcome {
    let store = frame.services.store
    let now = frame.services.unixTime()
    // A code that is no good costs no hash. The account is made in one transaction with the use of the code all the same.
    if let digest = wish.invitation {
      guard try await store.invitations(now: now).contains(where: { $0.digest == digest }) else {
        return .invitationRefused
      }
    }
    let account = NewAccount(
      handle: wish.handle, name: wish.name, passwordHash: try await frame.hash(wish.password))
    return try await store.join(account, invitation: wish.invitation, now: now)
  }

  private func answer(_ outcome: JoinOutcome, _ form: SignUpForm, _ visitor: Visitor) async throws -> Response {
    var form = form
    switch outcome {
    case .made(let account):
      return try await frame.enter(account, at: "/welcome", visitor)
    case .invitationRefused:
      form.invitationProblem = SignUpForm.badInvitation
    case .handleTaken:
      form.emailProblem = "Somebody has an account with this address already. If it is you, sign in."
    }
    return page(form, status: .unprocessableContent, for: visitor)
  }
}

extension JoinOutcome {
  fileprivate var counted: SignUpLedger.Outcome {
    if case .made = self { .made } else { .refused }
  }
}

/// The ledger of sign-ups of this node, for requests that come at once.
final class SignUpTries: Sendable {
  private let ledger = Mutex(SignUpLedger())

  /// - Parameter address: nil for who is exempt.
  func take(_ address: String?, now: NIODeadline) -> Bool {
    guard let address else { return true }
    return ledger.withLock { $0.take(address, now: now) }
  }

  func settle(_ address: String?, takenAt time: NIODeadline, _ outcome: SignUpLedger.Outcome) {
    guard let address else { return }
    ledger.withLock { $0.settle(address, takenAt: time, outcome) }
  }
}
