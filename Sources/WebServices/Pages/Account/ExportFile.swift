import Foundation
import MSNP
import NIOCore
import Roster
import Store

/// Everything that is kept of an account, as one JSON document.
///
///     {"about":{...},"account":{...},"profile":{...},"picture":{...},"lists":{...},"history":[...],"continues":null}
///
/// The history is written as it is read, page by page, until the document has ``maximumBytes`` of it. What does not fit
/// is in a next document: `continues` says where that begins, and is null in the last one.
struct ExportFile {
  static let maximumBytes = 4 * 1024 * 1024
  /// Messages that are read at a time.
  static let pageLength = 500

  private(set) var bytes = ByteBuffer()
  private let encoder: JSONEncoder
  private let limit: Int
  private let start: Int
  private var hasMessages = false

  /// Begins the document with everything but the history.
  init(_ contents: Contents, limit: Int = maximumBytes) throws {
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.limit = limit
    // All but the brace that ends it.
    bytes.writeBytes(try encoder.encode(contents).dropLast())
    bytes.writeString(",\"history\":[")
    start = bytes.writerIndex
  }

  /// Adds a message; false when there is no more room.
  mutating func add(_ message: KeptMessage) throws -> Bool {
    let text = try encoder.encode(Message(message))
    guard bytes.writerIndex - start + text.count <= limit || !hasMessages else { return false }
    bytes.writeString(hasMessages ? ",\n" : "\n")
    bytes.writeBytes(text)
    hasMessages = true
    return true
  }

  /// Ends the document; nothing can be added then.
  ///
  /// - Parameter last: the last message in it, if there are more; nil when it holds all.
  mutating func end(continuesAfter last: KeptMessage?) {
    let place = last.map { "\"\(ExportPlace($0).text)\"" } ?? "null"
    bytes.writeString("\n],\"continues\":\(place)}\n")
  }
}

/// Where one document ends and the next begins.
///
///     1800000000000.11111111-2222-4333-8444-555555555501.7
struct ExportPlace: Hashable {
  let time: Int64
  let conversation: GUID
  let number: Int

  init(_ message: KeptMessage) { (time, conversation, number) = (message.time, message.conversation, message.number) }

  /// Nil for what is no such place.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let time = Int64(parts[0]), let conversation = GUID(parts[1]), let number = Int(parts[2])
    else { return nil }
    (self.time, self.conversation, self.number) = (time, conversation, number)
  }

  var text: String { "\(time).\(conversation).\(number)" }

  /// A message at that place, which is all that the store looks at.
  func message(of owner: MemberRecord) -> KeptMessage {
    KeptMessage(
      conversation: conversation, number: number, time: time, sender: owner.handle, senderName: owner.name, text: "",
      people: [])
  }
}

extension ExportFile {
  /// What stands before the history.
  struct Contents: Encodable {
    struct About: Encodable {
      var service: String
      var made: String
      /// For how many days messages are kept.
      var historyDays: Int
    }

    struct Account: Encodable {
      var email: String
      var displayName: String
      var created: String
      var oldClients: Bool
      var administrator: Bool
      var keepsHistory: Bool
    }

    struct Picture: Encodable {
      var type: String
      var base64: String
    }

    var about: About
    var account: Account
    var profile: MemberProfile
    var picture: Picture?
    var lists: ExportLists?

    init(
      _ member: MemberRecord, picture: MemberPicture?, roster: RosterSnapshot?, settings: PageSettings, now: Int64
    ) {
      about = About(
        service: settings.name, made: CivilDate.momentText(now) + "Z", historyDays: settings.historyDays)
      account = Account(
        email: member.handle.text, displayName: member.name.text, created: CivilDate.momentText(member.created) + "Z",
        oldClients: member.admitsOldClients, administrator: member.isAdministrator, keepsHistory: member.keepsHistory)
      profile = member.profile
      self.picture = picture.map { Picture(type: $0.type, base64: Data($0.bytes).base64EncodedString()) }
      lists = roster.map(ExportLists.init)
    }
  }

  private struct Message: Encodable {
    var conversation: String
    var number: Int
    var time: String
    var milliseconds: Int64
    var sender: String
    var senderName: String
    var text: String
    var people: [String]

    init(_ message: KeptMessage) {
      conversation = message.conversation.description
      number = message.number
      time = CivilDate.momentText(message.time / 1000) + "Z"
      milliseconds = message.time
      sender = message.sender.text
      senderName = message.senderName.text
      text = message.text
      people = message.people.map(\.text)
    }
  }
}

/// The lists of an account with the names of its groups.
struct ExportLists: Encodable {
  struct Contact: Encodable {
    var email: String
    /// What the account calls the contact, and what the contact calls itself.
    var name: String
    var ownName: String
    /// As the protocol calls them: FL, AL, BL, RL.
    var lists: [String]
    var groups: [String]
    /// What the account keeps of the contact, by the protocol's names.
    var notes: [String: String]
  }

  var version: String
  /// Whether strangers may see the account and write to it.
  var admitsStrangers: Bool
  var groups: [String]
  /// The account's own telephone numbers and the like, by the protocol's names.
  var properties: [String: String]
  var contacts: [Contact]

  init(_ roster: RosterSnapshot) {
    let names = Dictionary(roster.groups.map { ($0.number, $0.name) }) { first, _ in first }
    version = "\(roster.version.rawValue)"
    admitsStrangers = roster.privacyMode == .allow
    // Group 0 is no group of anybody's making: whoever is in none is there.
    groups = roster.groups.filter { $0.number != .zero }.map(\.name)
    properties = Dictionary(uniqueKeysWithValues: roster.properties.stored.map { ($0.key.rawValue, $0.value) })
    contacts = roster.contacts.map { contact in
      Contact(
        email: contact.handle.text, name: contact.name.text, ownName: contact.ownName.text,
        lists: ContactList.allCases.filter { contact.lists.contains(ListMembership($0)) }.map(\.rawValue),
        groups: contact.groups.numbers.filter { $0 != .zero }.compactMap { names[$0] },
        notes: Dictionary(uniqueKeysWithValues: contact.notes.map { ($0.key.rawValue, $0.value) }))
    }
  }
}
