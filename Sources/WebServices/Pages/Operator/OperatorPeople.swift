import Hummingbird
import MSNP
import Roster
import Store

/// Accounts, for who administers the service: to be found, banned, and made administrators.
struct OperatorPeople {
  let frame: PageFrame

  private static let pageSize = 50

  func add(to routes: inout Routes) {
    routes.page("/operator/people", for: .administrators, in: frame) { request, _, visitor in
      try await list(request, visitor)
    }
    routes.page("/operator/people/:account", for: .administrators, in: frame) { _, context, visitor in
      guard let number = context.parameters.get("account").flatMap({ Int64($0) }),
        let member = try await frame.services.store.member(AccountID(number))
      else { return frame.noSuchPerson(visitor) }
      return frame.person(member, visitor)
    }
    routes.form("/operator/ban", for: .administrators, in: frame) { form, _, visitor in
      try await change(form, visitor, .ban)
    }
    routes.form("/operator/unban", for: .administrators, in: frame) { form, _, visitor in
      try await change(form, visitor, .unban)
    }
    routes.form("/operator/promote", for: .administrators, in: frame) { form, _, visitor in
      try await change(form, visitor, .promote)
    }
    routes.form("/operator/demote", for: .administrators, in: frame) { form, _, visitor in
      try await change(form, visitor, .demote)
    }
  }

  // MARK: The list

  private struct Content {
    var search: String
    var members: [PersonView]
    /// The query of the next page; nil on the last.
    var next: String?
    var isEmpty: Bool
  }

  /// `?search=TEXT`, `?after=NUMBER`.
  private func list(_ request: Request, _ visitor: Visitor) async throws -> Response {
    let query = FormFields(request.uri.query ?? "")
    let search = (query["search"] ?? "").trimmedOfBlanks
    let after = query["after"].flatMap { Int64($0) }.map { AccountID($0) }
    let found = try await frame.services.store.members(
      after: after, search: search.isEmpty ? nil : search, limit: OperatorPeople.pageSize + 1)
    let shown = found.prefix(OperatorPeople.pageSize)
    let next = found.count > shown.count ? shown.last.map { "\($0.account.rawValue)" } : nil
    return frame.page(
      "People", "people",
      Content(search: search, members: shown.map(PersonView.init), next: next, isEmpty: shown.isEmpty), for: visitor)
  }

  // MARK: What is done to an account

  private func change(_ form: PageForm, _ visitor: Visitor, _ deed: AccountDeed) async throws -> Response {
    guard let handle = UserHandle(form["email"]), let member = try await frame.services.store.member(handle) else {
      return frame.noSuchPerson(visitor)
    }
    if let problem = deed.problem(with: member, doneBy: visitor.member) {
      return frame.person(member, visitor, problem: problem)
    }
    if let question = deed.question(about: member), !form.isSure { return frame.ask(question, visitor) }
    guard try await carryOut(deed, on: member) else { return frame.noSuchPerson(visitor) }
    frame.note(deed.past, handle.text, by: visitor)
    guard let changed = try await frame.services.store.member(handle) else { return frame.noSuchPerson(visitor) }
    if deed == .demote, try await !frame.services.store.hasAdministrator() {
      // Two administrators took the right from each other at the same time.
      _ = try await frame.services.store.setAdministrator(handle, true)
      return frame.person(member, visitor, problem: "The service needs an administrator: nothing was changed.")
    }
    return frame.person(changed, visitor, notice: deed.notice(handle))
  }

  private func carryOut(_ deed: AccountDeed, on member: MemberRecord) async throws -> Bool {
    let store = frame.services.store
    switch deed {
    case .ban:
      guard let account = try await store.setBanned(member.handle, true) else { return false }
      frame.services.desk.putOut(account)
      return true
    case .unban: return try await store.setBanned(member.handle, false) != nil
    case .promote: return try await store.setAdministrator(member.handle, true) != nil
    case .demote: return try await store.setAdministrator(member.handle, false) != nil
    }
  }
}

/// An account as the operator's pages show it.
struct PersonView {
  var number: String
  var email: String
  var name: String
  var created: String
  var isAdministrator: Bool
  var isBanned: Bool
  var admitsOldClients: Bool

  init(_ member: MemberRecord) {
    number = "\(member.account.rawValue)"
    email = member.handle.text
    name = member.name.text
    created = CivilDate.pageText(member.created)
    isAdministrator = member.isAdministrator
    isBanned = member.isBanned
    admitsOldClients = member.admitsOldClients
  }
}

extension PageFrame {
  /// One account with all that can be done to it.
  func person(
    _ member: MemberRecord, _ visitor: Visitor, notice: String? = nil, problem: String? = nil
  ) -> Response {
    struct Content {
      var token: String
      var person: PersonView
      /// Of oneself one can change nothing here.
      var isOther: Bool
      var canBan: Bool
    }
    let isOther = member.account != visitor.member?.account
    return page(
      member.handle.text, "person",
      Content(
        token: visitor.secret.formToken, person: PersonView(member), isOther: isOther,
        canBan: !member.isAdministrator && !member.isBanned),
      for: visitor, notice: notice, problem: problem, status: problem == nil ? .ok : .unprocessableContent)
  }

  func noSuchPerson(_ visitor: Visitor) -> Response {
    message(
      "No such account", "There is no account of that address here.",
      link: Link(url: "/operator/people", words: "People"), for: visitor, status: .notFound)
  }
}
