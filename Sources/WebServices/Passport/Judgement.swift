import Credentials
import Hummingbird
import MSNP
import NIOCore
import Roster
import SignIn

/// What comes of a handle and a password, whichever way they came.
enum Judgement: Hashable, Sendable {
  case right(AccountID, UserHandle)
  /// Nobody learns whether there is such an account, or whether there were too many guesses.
  case wrong
  /// Nothing can be said at present.
  case unavailable
}

extension WebServer.Services {
  /// Has a password judged; what is no handle at all is the wrong one.
  func judge(_ signIn: String, _ password: String, from client: ClientAddress) async -> Judgement {
    guard let handle = UserHandle(signIn) else { return .wrong }
    let verdict = await withCheckedContinuation { answer in
      door.verify(handle, .password(password), from: client.limitKey) { answer.resume(returning: $0) }
    }
    switch verdict {
    case .judged(let account?): return .right(account, handle)
    case .judged(nil), .guessedTooOften: return .wrong
    case .busy, .storeUnavailable: return .unavailable
    }
  }
}

extension Response {
  /// The store is away, or too many are signing in.
  static var unavailable: Response {
    Response(
      status: .serviceUnavailable, headers: [.contentType: "text/plain; charset=utf-8", .retryAfter: "5"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: "not available at present; try again in a moment\n")))
  }
}
