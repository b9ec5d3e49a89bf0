import MSNP
import Roster

// The rules of changes that do not depend on how a store keeps its rows.
extension ChangePlan {
  /// Judges a change by the rules of `Roster`.
  public init(_ change: RosterChange, in scene: ChangeScene, limits: ListLimits) throws(RosterRefusal) {
    switch change {
    case .add(let list, _, let name, let group, let answers):
      try self.init(adding: list, as: name, group: group, answers: answers, in: scene, limits: limits)
    case .addToGroup(_, let group): try self.init(addingTo: group, in: scene)
    case .remove(let list, _, let group):
      guard scene.other != nil else { throw .noSuchAccount }
      try self.init(
        removing: list, in: scene,
        leaving: try ContactRecord.removing(
          from: list, group: group, current: scene.contact, groups: scene.groups))
    case .removeContact(_, let group): try self.init(removingFrom: group, in: scene)
    case .accept: try self.init(answering: [.pending: .accepted], otherwise: .notPending, in: scene)
    case .endPending:
      try self.init(answering: [.pending: .settled, .accepted: .settled], otherwise: .notOnList, in: scene)
    case .rename(let name): self.init(writes: [.name(name)])
    case .renameContact(_, let name): try self.init(renamingContact: name, otherwise: .notOnList, in: scene)
    case .nameContact(_, let name): try self.init(renamingContact: name, otherwise: .noSuchContact, in: scene)
    case .setNote(_, let note, let value): try self.init(noting: note, value, in: scene)
    case .setPrivacyMode(let mode):
      guard mode != scene.owner.privacyMode else { throw .alreadyInMode }
      self.init(writes: [.privacyMode(mode)])
    case .setReversePrompt(let prompt):
      guard prompt != scene.owner.reversePrompt else { throw .alreadyInMode }
      self.init(writes: [.reversePrompt(prompt)])
    case .setProperty(let property, let value): self.init(setting: property, to: value, in: scene)
    case .addGroup(let name):
      let group = try scene.groups.adding(name, limits: limits)
      self.init(writes: [.newGroup(group, name, scene.guid)], result: .group(group, scene.guid))
    case .renameGroup(let reference, let name):
      let group = try scene.groups.number(of: reference)
      try scene.groups.checkRenaming(group, to: name)
      self.init(writes: [.groupName(group, name)], result: scene.result(group))
    case .removeGroup(let reference): try self.init(removing: reference, in: scene)
    }
  }

  private init(
    adding list: ContactList, as name: FriendlyName?, group: GroupNumber?, answers: Bool, in scene: ChangeScene,
    limits: ListLimits
  ) throws(RosterRefusal) {
    guard let other = scene.other else { throw .noSuchAccount }
    var record = try ContactRecord.adding(
      to: list, name: name ?? scene.contact?.name ?? other.name, group: group, current: scene.contact, guid: scene.guid,
      groups: scene.groups,
      count: scene.count, limits: limits)
    let isNew = list == .forward && scene.contact?.lists.contains(.forward) != true
    if isNew { record.pending = scene.otherHasDecided || scene.isAboutOneself ? .settled : .pending }
    let properties = scene.isShownProperties(after: record) ? scene.otherProperties : .blank
    self.init(
      writes: [.contact(other.account, record)],
      result: .added(other.account, record.guid, newOnForward: isNew, properties: properties))
    if isNew { news.append((other.account, .reverseAdded(scene.owner.handle, scene.owner.name))) }
    if list == .allow { news += scene.disclosure(isAllowed: true) }
    if list.opposite != nil, answers, scene.answered != .settled, !scene.isAboutOneself {
      writes.append(.answer(other.account, .settled))
    }
  }

  private init(addingTo group: GUID, in scene: ChangeScene) throws(RosterRefusal) {
    guard let other = scene.other, let contact = scene.contact else { throw .noSuchContact }
    let record = try contact.joining(try scene.groups.number(of: .guid(group)))
    self.init(
      writes: [.contact(other.account, record)],
      result: .added(other.account, record.guid, newOnForward: false, properties: .blank))
  }

  private init(removingFrom group: GUID?, in scene: ChangeScene) throws(RosterRefusal) {
    guard let contact = scene.contact else { throw .notOnList }
    let number = try group.map { guid throws(RosterRefusal) in try scene.groups.number(of: .guid(guid)) }
    try self.init(removing: .forward, in: scene, leaving: try contact.removing(group: number))
  }

  private init(
    removing list: ContactList, in scene: ChangeScene, leaving record: ContactRecord
  ) throws(RosterRefusal) {
    guard let other = scene.other else { throw .noSuchAccount }
    let hasLeft = list == .forward && !record.lists.contains(.forward)
    self.init(writes: [.contact(other.account, record)], result: .removed(other.account, leftForward: hasLeft))
    if hasLeft { news.append((other.account, .reverseRemoved(scene.owner.handle))) }
    if list == .allow { news += scene.disclosure(isAllowed: false) }
  }

  /// Answers somebody who waits, from one state to the next.
  private init(
    answering steps: [PendingState: PendingState], otherwise refusal: RosterRefusal, in scene: ChangeScene
  ) throws(RosterRefusal) {
    guard let other = scene.other else { throw .noSuchAccount }
    guard scene.otherHasOwner, let next = steps[scene.answered] else {
      throw scene.answered == .accepted ? .alreadyThere : refusal
    }
    self.init(writes: [.answer(other.account, next)])
  }

  private init(
    renamingContact name: FriendlyName, otherwise refusal: RosterRefusal, in scene: ChangeScene
  ) throws(RosterRefusal) {
    guard let other = scene.other, var record = scene.contact, record.lists.contains(.forward) else { throw refusal }
    record.name = name
    self.init(writes: [.contact(other.account, record)])
  }

  private init(noting note: ContactNote, _ value: String?, in scene: ChangeScene) throws(RosterRefusal) {
    guard let other = scene.other, scene.contact?.lists.contains(.forward) == true else { throw .noSuchContact }
    self.init(writes: [.note(other.account, note, value)])
  }

  private init(removing reference: GroupReference, in scene: ChangeScene) throws(RosterRefusal) {
    let group = try scene.groups.number(of: reference)
    try scene.groups.checkRemoving(group)
    let members = scene.members.filter { $0.value.groups.contains(group) }.sorted { $0.key < $1.key }
    self.init(
      writes: members.map { .contact($0.key, $0.value.leaving(group)) } + [.noGroup(group)],
      result: scene.result(group))
  }

  private init(setting property: ContactProperty, to value: String?, in scene: ChangeScene) {
    let value = property.stored(value)
    var after = scene.properties
    after[property] = value
    self.init(writes: [.property(property, value)], result: .property(after[property]))
    let changed = ContactProperty.shown.filter { scene.properties[$0] != after[$0] }
    guard !changed.isEmpty else { return }
    news = scene.watchers.map { ($0, .properties(scene.owner.handle, changed, after)) }
  }
}

extension ChangeScene {
  fileprivate var isAboutOneself: Bool { other?.account == owner.account }

  fileprivate func result(_ group: GroupNumber) -> ChangeOutcome.Result {
    .group(group, groups.groups[group]?.guid ?? guid)
  }

  /// What somebody who was put on the allow list, or taken off it, is told of the owner's properties (reference,
  /// section 6). Nobody is told who does not have the owner on the forward list, and nothing that was blank and is
  /// blank.
  fileprivate func disclosure(isAllowed: Bool) -> [(account: AccountID, news: Notice.News)] {
    guard let other, otherHasOwner,
      ContactProperty.shown.contains(where: { properties[$0] != ContactProperties.blank[$0] })
    else { return [] }
    // Those that not every client knows are no news unless they are set.
    let told = ContactProperty.shown.filter { $0.dialects.lowerBound == .msnp5 || properties[$0] != nil }
    return [(other.account, .properties(owner.handle, told, isAllowed ? properties : .blank))]
  }

  /// Whether the other lets the owner see its properties: if it has the owner on its allow list (reference,
  /// section 2), and somebody's own row about himself is the one just written.
  fileprivate func isShownProperties(after record: ContactRecord) -> Bool {
    isAboutOneself ? record.lists.contains(.allow) : otherAllowsOwner
  }
}

extension ContactProperty {
  /// The value as it is kept: an empty number is none, a switch that is neither `Y` nor `N` is `N`.
  fileprivate func stored(_ value: String?) -> String? {
    guard let value else { return nil }
    return switch self {
    case .homePhone, .workPhone, .mobilePhone, .directDevice, .hasSpace: value.isEmpty ? nil : value
    case .mobileAllowed, .mobileEnabled: value == "Y" ? "Y" : "N"
    }
  }
}
