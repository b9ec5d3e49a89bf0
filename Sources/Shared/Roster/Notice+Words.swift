import MSNP

// News as words: a letter for its kind, then its values.
//
//     RA alice@example.com Alice           reverseAdded
//     RR alice@example.com                 reverseRemoved
//     LA FL 17 bob@example.com Bob aaaaaaaa-0000-0000-0000-000000000001
//     LR 3 17 bob@example.com aaaaaaaa-0000-0000-0000-000000000001
//     PR bob@example.com PHH,PHW 2 PHH 1%20555 MOB Y
//     NM Alice                             renamed
extension Notice.News {
  public func write(to words: inout WordWriter) {
    switch self {
    case .reverseAdded(let handle, let name):
      words.add("RA")
      words.add(handle)
      words.add(name)
    case .reverseRemoved(let handle):
      words.add("RR")
      words.add(handle)
    case .listed(let list, let account, let handle, let name, let guid):
      words.add("LA")
      words.add(list.rawValue)
      words.add(account)
      words.add(handle)
      words.add(name)
      words.add(guid.description)
    case .unlisted(let lists, let account, let handle, let guid):
      words.add("LR")
      words.add(lists.rawValue)
      words.add(account)
      words.add(handle)
      words.add(guid.description)
    case .properties(let handle, let changed, let properties):
      words.add("PR")
      words.add(handle)
      words.add(changed.map(\.rawValue).joined(separator: ","))
      let stored = properties.stored.sorted { $0.key.rawValue < $1.key.rawValue }
      words.add(stored.count)
      for (property, value) in stored {
        words.add(property.rawValue)
        words.add(encoding: value)
      }
    case .renamed(let name):
      words.add("NM")
      words.add(name)
    }
  }

  /// Nil for what ``write(to:)`` does not write.
  public init?(_ words: inout WordReader) {
    switch words.word() {
    case "RA":
      guard let handle = words.handle(), let name = words.name() else { return nil }
      self = .reverseAdded(handle, name)
    case "RR":
      guard let handle = words.handle() else { return nil }
      self = .reverseRemoved(handle)
    case "LA":
      guard let list = words.word().flatMap({ ContactList(rawValue: String($0)) }), let account = words.account(),
        let handle = words.handle(), let name = words.name(), let guid = words.guid()
      else { return nil }
      self = .listed(list, account, handle, name, guid)
    case "LR":
      guard let lists = words.number(UInt8.self), let account = words.account(), let handle = words.handle(),
        let guid = words.guid()
      else { return nil }
      self = .unlisted(ListMembership(rawValue: lists), account, handle, guid)
    case "PR":
      guard let news = Notice.News(propertiesIn: &words) else { return nil }
      self = news
    case "NM":
      guard let name = words.name() else { return nil }
      self = .renamed(name)
    default: return nil
    }
  }

  private init?(propertiesIn words: inout WordReader) {
    guard let handle = words.handle(), let list = words.word(), let count = words.number(Int.self),
      (0...ContactProperty.allCases.count).contains(count)
    else { return nil }
    let changed = list.split(separator: ",").compactMap { ContactProperty(rawValue: String($0)) }
    var properties = ContactProperties.blank
    for _ in 0..<count {
      guard let key = words.word().flatMap({ ContactProperty(rawValue: String($0)) }), let value = words.text() else {
        return nil
      }
      properties[key] = value
    }
    self = .properties(handle, changed, properties)
  }
}
