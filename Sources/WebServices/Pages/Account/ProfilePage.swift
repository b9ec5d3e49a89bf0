import HTTPTypes
import Hummingbird
import MSNP
import Roster
import Store

/// A profile: one's own, or that of somebody who lets the visitor see it.
///
///     >>> GET /profile?of=alice@example.com
struct ProfilePage {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    routes.page("/profile", for: .members, in: frame, use: show)
  }

  @Sendable private func show(_ request: Request, _ context: WebContext, _ visitor: Visitor) async throws -> Response {
    let of = (FormFields(request.uri.query ?? "")["of"] ?? "").trimmedOfBlanks
    let asked = of.isEmpty ? visitor.member?.handle.text ?? "" : of
    guard let subject = try await frame.subject(asked, seenBy: visitor) else {
      return frame.page(
        "Profiles", "profile", Content(of: asked), for: visitor,
        problem:
          "There is no profile of \(asked) that you may see: look whether the address is right, or ask its owner "
          + "to show it to you.", status: .notFound)
    }
    let picture = try await frame.services.store.picture(of: subject.account)
    return frame.page(
      subject.name.text, "profile",
      Content(
        of: of, shown: Shown(subject, hasPicture: picture != nil, isOwn: subject.account == visitor.member?.account)),
      for: visitor)
  }

  private struct Content {
    /// What stands in the form that looks one up.
    var of = ""
    var shown: Shown?
  }

  private struct Shown {
    struct Row {
      var title: String
      var text: String
    }

    var rows: [Row]
    /// The owner's words, line by line.
    var about: [String]
    /// As it stands in the picture's URL; nil when there is none.
    var pictureOf: String?
    var isOwn: Bool
    var audience: String

    init(_ member: MemberRecord, hasPicture: Bool, isOwn: Bool) {
      let profile = member.profile
      let all = [
        ("E-mail address", member.handle.text), ("Name", profile.fullName), ("Town", profile.city),
        ("Postal code", profile.postalCode),
        ("Country", profile.country.isEmpty ? "" : ProfileWords.country(profile.country)),
        ("Language", profile.language.map(ProfileWords.language) ?? ""), ("Birthday", profile.birthday?.text ?? ""),
        ("Gender", profile.gender.map(ProfileWords.gender) ?? ""),
      ]
      rows = all.filter { !$0.1.isEmpty }.map { Row(title: $0.0, text: $0.1) }
      about = profile.about.split(separator: "\n", omittingEmptySubsequences: profile.about.isEmpty).map(String.init)
      pictureOf = hasPicture ? FormFields.encode(member.handle.text) : nil
      self.isOwn = isOwn
      audience = ProfileWords.audience(profile.audience)
    }
  }
}

extension PageFrame {
  /// Whose profile a visitor wants to see; nil when there is no such account, and just so when it is not for the visitor:
  /// nobody learns here who has an account, or who has blocked them.
  func subject(_ text: String, seenBy visitor: Visitor) async throws -> MemberRecord? {
    guard let viewer = visitor.member, let handle = UserHandle(text) else { return nil }
    if handle == viewer.handle { return viewer }
    guard let member = try await services.store.member(handle), !member.isBanned,
      let roster = try await services.roster(of: member.account)
    else { return nil }
    return ProfileRule.admits(viewer.account, member.profile.audience, roster) ? member : nil
  }
}

/// Who may see a profile that is not their own. Pure.
enum ProfileRule {
  static func admits(
    _ viewer: AccountID, _ audience: MemberProfile.Audience, _ owner: SessionRoster
  ) -> Bool {
    if owner.privacy.blocked.contains(viewer) { return false }
    return switch audience {
    case .nobody: false
    case .contacts: owner.forward.contains(viewer)
    case .everyone: true
    }
  }
}

extension PageServices {
  /// The lists of an account, as far as its session needs them; nil when it is gone or banned.
  func roster(of account: AccountID) async throws -> SessionRoster? {
    try await withCheckedThrowingContinuation { answer in
      store.sessionRoster(of: account) { answer.resume(with: $0) }
    }
  }

  /// The whole lists of an account.
  func snapshot(of account: AccountID) async throws -> RosterSnapshot? {
    try await withCheckedThrowingContinuation { answer in
      store.snapshot(of: account) { answer.resume(with: $0) }
    }
  }
}
