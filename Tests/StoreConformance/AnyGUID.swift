import MSNP
import Roster

// Which GUID a new row gets is the store's affair: tests that are not about GUIDs compare with this one in place of all.
extension GUID {
  static let any = GUID(high: 0, low: 0)
}

extension ChangeOutcome {
  var withoutGUIDs: ChangeOutcome {
    var outcome = self
    outcome.result =
      switch result {
      case .added(let account, _, let isNew, let properties):
        .added(account, newOnForward: isNew, properties: properties)
      case .group(let number, _): .group(number)
      case .done, .removed, .property: result
      }
    outcome.notices = notices.map(\.withoutGUIDs)
    return outcome
  }
}

extension ChangeOutcome.Result {
  static func added(_ account: AccountID, newOnForward: Bool, properties: ContactProperties) -> Self {
    .added(account, .any, newOnForward: newOnForward, properties: properties)
  }

  static func group(_ number: GroupNumber) -> Self { .group(number, .any) }
}

extension Notice {
  var withoutGUIDs: Notice {
    var notice = self
    notice.news =
      switch news {
      case .listed(let list, let account, let handle, let name, _): .listed(list, account, handle, name)
      case .unlisted(let lists, let account, let handle, _): .unlisted(lists, account, handle)
      case .reverseAdded, .reverseRemoved, .properties, .renamed: news
      }
    return notice
  }
}

extension Notice.News {
  static func listed(_ list: ContactList, _ account: AccountID, _ handle: UserHandle, _ name: FriendlyName) -> Self {
    .listed(list, account, handle, name, .any)
  }

  static func unlisted(_ lists: ListMembership, _ account: AccountID, _ handle: UserHandle) -> Self {
    .unlisted(lists, account, handle, .any)
  }
}

extension RosterSnapshot {
  var withoutGUIDs: RosterSnapshot {
    var snapshot = self
    for index in groups.indices { snapshot.groups[index].guid = .any }
    for index in contacts.indices where contacts[index].guid != nil { snapshot.contacts[index].guid = .any }
    return snapshot
  }
}

extension RosterSnapshot.Group {
  init(number: GroupNumber, name: String) { self.init(number: number, guid: .any, name: name) }
}
