import HTTPTypes
import Hummingbird
import MSNP

/// The answers of Passport 1.4: headers alone, spelled as clients look for them.
enum PassportAnswer {
  /// Tells where to sign in. `DALogin` has no scheme: clients put https:// before it, patched ones http://. Something
  /// has to follow it, for some look for its comma.
  ///
  ///     <<< PassportURLs: DARealm=Passport.Net,DALogin=login.example.org/login2.srf,DAReg=http://...,ConfigVersion=15
  static func nexus(_ place: PublicURL) -> Response {
    let urls = [
      "DARealm=Passport.Net", "DALogin=\(place.authority)/login2.srf", "DAReg=\(place)/uixpwiz.srf",
      "Properties=\(place)/editprof.srf", "Privacy=\(place)/privacypolicy.asp", "GeneralRedir=\(place)/redir.asp",
      "Help=\(place)/memberservice.srf", "ConfigVersion=15",
    ]
    return response(.ok, "PassportURLs", urls.joined(separator: ","))
  }

  /// Hands out a ticket, which the client sends on in `USR n TWN S`.
  ///
  ///     <<< Authentication-Info: Passport1.4 da-status=success,tname=MSPAuth,tname=MSPProf,tname=MSPSec,
  ///         from-PP='t=<ticket>&p=',ru=http://messenger.msn.com
  static func success(_ ticket: String) -> Response {
    response(
      .ok, "Authentication-Info",
      "Passport1.4 da-status=success,tname=MSPAuth,tname=MSPProf,tname=MSPSec,from-PP='t=\(ticket)&p=',"
        + "ru=http://messenger.msn.com")
  }

  /// Refuses, and says to the person why.
  ///
  ///     <<< WWW-Authenticate: Passport1.4 da-status=failed,srealm=Passport.NET,ts=-3,prompt,cburl=http://...,
  ///         cbtxt=Incorrect%20e-mail%20address%20or%20password%2E
  static func failure(_ why: Failure, _ place: PublicURL) -> Response {
    response(
      .unauthorized, "WWW-Authenticate",
      "Passport1.4 da-status=failed,srealm=Passport.NET,ts=-3,prompt,cburl=\(place)/logo.gif,cbtxt=\(why.rawValue)")
  }

  /// What a client shows, percent-encoded to the last full stop.
  enum Failure: String {
    case wrong = "Incorrect%20e-mail%20address%20or%20password%2E"
    case notGiven = "Please%20sign%20in%2E"
  }

  /// The client is signed out, as far as it ever was in.
  ///
  ///     <<< Authentication-Info: Passport1.4 da-status=logout
  static var logout: Response { response(.ok, "Authentication-Info", "Passport1.4 da-status=logout") }

  private static func response(_ status: HTTPResponse.Status, _ name: String, _ value: String) -> Response {
    var fields = HTTPFields()
    if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    return Response(status: status, headers: fields)
  }
}
