import Credentials
import Foundation
import MSNP

/// What an import did.
struct ImportTally: Hashable {
  var imported = 0
  var existing = 0
  var failed = 0
  /// New entries on contact lists.
  var contacts = 0
  /// Those of the imported who have no old-client password.
  var withoutOldPassword = 0

  /// `imported 9998 users, 2 existed already, 0 failed, 12,345 contacts made`
  var summary: String {
    "imported \(imported.grouped) \(imported == 1 ? "user" : "users"), \(existing.grouped) existed already,"
      + " \(failed.grouped) failed, \(contacts.grouped) \(contacts == 1 ? "contact" : "contacts") made"
  }
}

/// One import, from lines to accounts and contacts: passwords are hashed on all cores, accounts are made a batch at a
/// time in one transaction each, contacts once all accounts are there.
struct ImportRun {
  /// Some seconds' work, so that a broken import loses no more than that.
  private static let batch = 200
  private static let pairs = 500

  private let administration: any Administration
  private let cost: PasswordCost
  private let resumes: Bool
  private let progress: ImportProgress
  private var tally = ImportTally()
  private var contacts = ImportedContacts()

  /// - Parameter resumes: whether contacts of users who exist already are made too.
  init(_ administration: any Administration, cost: PasswordCost, resumes: Bool, progress: ImportProgress) {
    self.administration = administration
    self.cost = cost
    self.resumes = resumes
    self.progress = progress
  }

  mutating func take(_ lines: inout TextLines) async throws -> ImportTally {
    var batch: [ImportLine] = []
    while let line = try lines.next() {
      progress.read(lines.consumed)
      guard let checked = check(line) else { continue }
      batch.append(checked)
      guard batch.count == ImportRun.batch else { continue }
      try await store(batch)
      batch.removeAll()
    }
    if !batch.isEmpty { try await store(batch) }
    try await makeContacts()
    return tally
  }

  /// Nil for blank lines and for wrong ones, which are reported.
  private mutating func check(_ line: TextLines.TextLine) -> ImportLine? {
    do throws(AdministrationFailure) {
      guard var text = line.text else {
        throw AdministrationFailure("longer than \(TextLines.maximumLength) bytes")
      }
      if line.number == 1, text.starts(with: Data([0xef, 0xbb, 0xbf])) { text = text.dropFirst(3) }
      guard text.contains(where: { $0 > 0x20 }) else { return nil }
      return try ImportLine(number: line.number, json: Data(text))
    } catch {
      progress.report("line \(line.number): \(error)")
      tally.failed += 1
      return nil
    }
  }

  private mutating func store(_ batch: [ImportLine]) async throws {
    let orders = try await hash(batch)
    var made = Set(try await administration.add(orders))
    for line in batch {
      // The second line of an address finds the account that the first has made.
      let isNew = made.remove(line.handle) != nil
      tally.imported += isNew ? 1 : 0
      tally.existing += isNew ? 0 : 1
      if isNew, line.oldPassword == nil { tally.withoutOldPassword += 1 }
      if isNew || resumes { contacts.take(line) }
    }
  }

  /// Makes the orders of a batch, as many at a time as there are cores.
  private func hash(_ batch: [ImportLine]) async throws -> [AccountOrder] {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return try await withThrowingTaskGroup(of: (Int, AccountOrder).self) { group in
      var rest = batch.enumerated().makeIterator()
      func startNext() {
        guard let (index, line) = rest.next() else { return }
        group.addTask { [cost] in (index, try line.order(cost: cost)) }
      }
      for _ in 0..<cores { startNext() }
      var orders = [AccountOrder?](repeating: nil, count: batch.count)
      while let (index, order) = try await group.next() {
        orders[index] = order
        progress.countUser()
        startNext()
      }
      return orders.compactMap(\.self)
    }
  }

  /// Blocks come first, so that nobody who was blocked is let in by a contact.
  private mutating func makeContacts() async throws {
    for piece in contacts.blockedPieces(of: ImportRun.pairs) { try await administration.block(piece) }
    var unknown: Set<UserHandle> = []
    var done = 0
    for piece in contacts.pieces(of: ImportRun.pairs) {
      let made = try await administration.makeContacts(piece)
      tally.contacts += made.count
      unknown.formUnion(made.unknown)
      done += piece.count
      progress.countContacts(done, of: contacts.count)
    }
    let missing = unknown.map { (contacts.line(of: $0) ?? 0, $0) }.sorted { $0 < $1 }
    for (line, handle) in missing {
      progress.report("line \(line): there is no user \(handle) to make a contact of")
    }
  }
}
