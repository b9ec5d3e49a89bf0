import Hummingbird
import MSNP
import Roster
import Store

/// What somebody tells of themselves, and to whom.
///
///     >>> POST /account/profile
///     >>> token=...&full-name=Alice+Liddell&city=Oxford&country=GB&language=2057&audience=contacts&...
///     <<< 303 See Other, Location: http://messenger.example.org/account?done=profile
struct EditProfilePage {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/account/profile", for: .members, in: frame) { _, _, visitor in
      page(Typed(visitor.member?.profile ?? MemberProfile()), for: visitor)
    }
    routes.form("/account/profile", for: .members, in: frame) { form, _, visitor in
      guard let member = visitor.member else { return frame.redirect(to: "/signin", for: visitor) }
      let profile: MemberProfile
      do throws(MemberProfile.Refusal) {
        profile = try MemberProfile(fields: { form[$0] })
      } catch {
        return page(Typed(form), error.problem, for: visitor)
      }
      _ = try await frame.services.store.setProfile(of: member.account, to: profile)
      return frame.done(.profile, visitor)
    }
  }

  private func page(_ typed: Typed, _ problem: String? = nil, for visitor: Visitor) -> Response {
    frame.page(
      "My profile", "edit-profile", Content(token: visitor.secret.formToken, typed: typed), for: visitor,
      problem: problem, status: problem == nil ? .ok : .unprocessableContent)
  }
}

/// The fields of the form, with what stands in them.
private struct Typed {
  var fullName: String
  var city: String
  var postalCode: String
  var birthday: String
  var about: String
  var country: String
  var language: String
  var gender: String
  var audience: String

  init(_ profile: MemberProfile) {
    fullName = profile.fullName
    city = profile.city
    postalCode = profile.postalCode
    birthday = profile.birthday?.text ?? ""
    about = profile.about
    country = profile.country
    language = profile.language.map { "\($0)" } ?? ""
    gender = profile.gender?.rawValue ?? ""
    audience = profile.audience.rawValue
  }

  init(_ form: PageForm) {
    fullName = form["full-name"]
    city = form["city"]
    postalCode = form["postal-code"]
    birthday = form["birthday"]
    about = form["about"]
    country = form["country"]
    language = form["language"]
    gender = form["gender"]
    audience = form["audience"]
  }
}

private struct Content {
  /// A line of a select list.
  struct Choice {
    var value: String
    var words: String
    var isChosen: Bool
  }

  var token: String
  var typed: Typed
  var countries: [Choice]
  var languages: [Choice]
  var genders: [Choice]
  var audiences: [Choice]

  init(token: String, typed: Typed) {
    self.token = token
    self.typed = typed
    func choices(_ all: [(String, String)], chosen: String) -> [Choice] {
      // One that the list does not have, as a client or an administrator may have set, is kept.
      let own = all.contains { $0.0 == chosen } ? [] : [(chosen, chosen)]
      return (all + own).map { Choice(value: $0.0, words: $0.1, isChosen: $0.0 == chosen) }
    }
    countries = choices([("", "not told")] + Countries.all.map { ($0.code, $0.name) }, chosen: typed.country)
    languages = choices(
      [("", "not told")] + Languages.all.map { ("\($0.number)", $0.name) }, chosen: typed.language)
    genders = choices(
      [("", "not told")] + MemberProfile.Gender.allCases.map { ($0.rawValue, ProfileWords.gender($0)) },
      chosen: typed.gender)
    audiences = choices(
      MemberProfile.Audience.allCases.map { ($0.rawValue, ProfileWords.audience($0)) }, chosen: typed.audience)
  }
}

extension MemberProfile.Refusal {
  /// What is wrong, with the cure.
  fileprivate var problem: String {
    switch self {
    case .tooLong(let field, let limit):
      "\(ProfileWords.field(field)) is too long: use at most \(limit) characters."
    case .unreadable(let field):
      "\(ProfileWords.field(field)) holds a character that cannot be shown: leave it out."
    case .country: "That is no country of the list: choose one, or 'not told'."
    case .language: "That is no language of the list: choose one, or 'not told'."
    case .birthday: "That is no day of the calendar: write it as 1984-02-29, year, month and day, or leave it empty."
    case .gender: "Choose one of the list, or 'not told'."
    case .audience: "Choose who may see your profile."
    }
  }
}
