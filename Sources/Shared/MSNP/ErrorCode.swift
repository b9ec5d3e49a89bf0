/// The numeric errors a server sends: `eee n`, n being the transaction ID of the command that failed.
///
/// Names follow the 1999 draft where it has one. Source: the errors reference, which also says which of them close.
public enum ErrorCode: UInt16, Error, Sendable, CaseIterable {
  case syntaxError = 200
  case invalidParameter = 201
  case invalidUser = 205
  case alreadySignedIn = 207
  case invalidUserName = 208
  case invalidFriendlyName = 209
  case listFull = 210
  case alreadyThere = 215
  case notOnList = 216
  case notOnline = 217
  case alreadyInMode = 218
  case onOppositeList = 219
  case tooManyGroups = 223
  case invalidGroup = 224
  case notInGroup = 225
  case groupExists = 228
  case groupNameTooLong = 229
  case groupZero = 230
  case requiredFieldsMissing = 300
  case internalServerError = 500
  case databaseError = 501
  case commandDisabled = 502
  case badInvitation = 503
  case challengeFailed = 540
  case serverBusy = 600
  case serverUnavailable = 601
  case serverGoingDown = 604
  case badVersionParameters = 710
  case sessionOverload = 712
  case tooActive = 713
  case tooManySessions = 714
  case notExpected = 715
  case versionNotExpected = 731
  case changingTooRapidly = 800
  case authenticationFailed = 911
  case notAllowedWhileHidden = 913
}
