import MSNP
import Roster

// The rules of changes that do not depend on how a store keeps its rows.
extension ChangePlan {
  /// Judges a change by the rules of `Roster`.
  public init(_ change: RosterChange, in scene: ChangeScene, limits: ListLimits) throws(RosterRefusal) {
    switch change {
    case .add(let list, _, let name, let group):
      try self.init(adding: list, as: name, group: group, in: scene, limits: limits)
    case .remove(let list, _, let group): try self.init(removing: list, group: group, in: scene)
    case .rename(let name): self.init(writes: [.name(name)])
    case .renameContact(_, let name): try self.init(renamingContact: name, in: scene)
    case .setPrivacyMode(let mode):
      guard mode != scene.owner.privacyMode else { throw .alreadyInMode }
      self.init(writes: [.privacyMode(mode)])
    case .setReversePrompt(let prompt):
      guard prompt != scene.owner.reversePrompt else { throw .alreadyInMode }
      self.init(writes: [.reversePrompt(prompt)])
    case .setProperty(let property, let value): self.init(setting: property, to: value, in: scene)
    case .addGroup(let name):
      let group = try scene.groups.adding(name, limits: limits)
      self.init(writes: [.newGroup(group, name)], result: .group(group))
    case .renameGroup(let group, let name):
      try scene.groups.checkRenaming(group, to: name)
      self.init(writes: [.groupName(group, name)], result: .group(group))
    case .removeGroup(let group): try self.init(removing: group, in: scene)
    }
  }

  private init(
    adding list: ContactList, as name: FriendlyName, group: GroupNumber?, in scene: ChangeScene, limits: ListLimits
  ) throws(RosterRefusal) {
    guard let other = scene.other else { throw .noSuchAccount }
    let record = try ContactRecord.adding(
      to: list, name: name, group: group, current: scene.contact, groups: scene.groups, count: scene.count,
      limits: limits)
    let isNew = list == .forward && scene.contact?.lists.contains(.forward) != true
    let properties = scene.isShownProperties(after: record) ? scene.otherProperties : .blank
    self.init(
      writes: [.contact(other.account, record)],
      result: .added(other.account, newOnForward: isNew, properties: properties))
    if isNew { news.append((other.account, .reverseAdded(scene.owner.handle, scene.owner.name))) }
    if list == .allow { news += scene.disclosure(isAllowed: true) }
  }

  private init(removing list: ContactList, group: GroupNumber?, in scene: ChangeScene) throws(RosterRefusal) {
    guard let other = scene.other else { throw .noSuchAccount }
    let record = try ContactRecord.removing(
      from: list, group: group, current: scene.contact, groups: scene.groups)
    let hasLeft = list == .forward && !record.lists.contains(.forward)
    self.init(writes: [.contact(other.account, record)], result: .removed(other.account, leftForward: hasLeft))
    if hasLeft { news.append((other.account, .reverseRemoved(scene.owner.handle))) }
    if list == .allow { news += scene.disclosure(isAllowed: false) }
  }

  private init(renamingContact name: FriendlyName, in scene: ChangeScene) throws(RosterRefusal) {
    guard let other = scene.other, var record = scene.contact, record.lists.contains(.forward) else {
      throw .notOnList
    }
    record.name = name
    self.init(writes: [.contact(other.account, record)])
  }

  private init(removing group: GroupNumber, in scene: ChangeScene) throws(RosterRefusal) {
    try scene.groups.checkRemoving(group)
    let members = scene.members.sorted { $0.key < $1.key }
    self.init(
      writes: members.map { .contact($0.key, $0.value.leaving(group)) } + [.noGroup(group)], result: .group(group))
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
  /// What somebody who was put on the allow list, or taken off it, is told of the owner's properties (reference,
  /// section 6). Nobody is told who does not have the owner on the forward list, and nothing that was blank and is
  /// blank.
  fileprivate func disclosure(isAllowed: Bool) -> [(account: AccountID, news: Notice.News)] {
    guard let other, otherHasOwner,
      ContactProperty.shown.contains(where: { properties[$0] != ContactProperties.blank[$0] })
    else { return [] }
    return [(other.account, .properties(owner.handle, ContactProperty.shown, isAllowed ? properties : .blank))]
  }

  /// Whether the other lets the owner see its properties: if it has the owner on its allow list (reference,
  /// section 2), and somebody's own row about himself is the one just written.
  fileprivate func isShownProperties(after record: ContactRecord) -> Bool {
    other?.account == owner.account ? record.lists.contains(.allow) : otherAllowsOwner
  }
}

extension ContactProperty {
  /// The value as it is kept: an empty number is none, a switch that is neither `Y` nor `N` is `N`.
  fileprivate func stored(_ value: String?) -> String? {
    guard let value else { return nil }
    return switch self {
    case .homePhone, .workPhone, .mobilePhone: value.isEmpty ? nil : value
    case .mobileAllowed, .mobileEnabled: value == "Y" ? "Y" : "N"
    }
  }
}
