import ArgumentParser
import Credentials
import Foundation

/// What an operator does to the keys of a cluster.
struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the secret keys of a cluster, and replace them.",
    discussion: """
      The nodes of a cluster prove to each other who they are by keys that each reads from a file. One folder holds them \
      all, a file for each role and one for the operator's commands:

        monarch keys new /etc/monarch/keys
        monarch notification --keys /etc/monarch/keys/notification.keys ...

      A machine gets the files of the roles that run there and no others. Keep a copy of the folder with your backups: \
      without it every old-client password has to be set again.
      """,
    subcommands: [KeysNew.self, KeysRotate.self, KeysComplete.self])
}

struct KeysNew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make the keys of a new cluster.",
    discussion: """
      Writes dispatch.keys, notification.keys, switchboard.keys, web.keys and operator.keys, each with only the keys its \
      holder needs. Keys that are there are never overwritten.

      Example:
        monarch keys new /etc/monarch/keys
      """)

  @Argument(help: ArgumentHelp("The folder; made if it is not there, for its owner's eyes only.", valueName: "dir"))
  var folder: String

  func run() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw AdministrationFailure("cannot make the folder \(folder): \(error.localizedDescription)")
    }
    let keys = KeyFolder(path: folder)
    try keys.makeKeys()
    print("Made the keys of a new cluster:")
    for holder in KeyHolder.allCases { print("  \(keys.path(of: holder))  for \(holder.purpose)") }
    print("Keep a copy with your backups, and give each machine the files of its roles only.")
  }
}

struct KeysRotate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Replace the keys of a cluster.",
    discussion: """
      Each file holds the keys that the next rotation brings, and accepts them already. So nodes go on believing each \
      other while they get their new files: copy them to their machines and restart the nodes one after the other. The \
      keys until now stay accepted until the rotation after. The one that seals old-client passwords stays as it is.

      All nodes must have been restarted before you rotate again. If a file has fallen into wrong hands, rotate three \
      times at once, so that nothing in it is good any more, and restart all nodes together.

      Example:
        monarch keys rotate /etc/monarch/keys
      """)

  @Argument(help: ArgumentHelp("The folder that 'monarch keys new' made.", valueName: "dir"))
  var folder: String

  func run() throws {
    switch try KeyFolder(path: folder).rotate() {
    case .fresh: print("All files in \(folder) hold their next keys; the former ones are still accepted.")
    case .completed:
      print("A rotation had stopped half-way: all files in \(folder) hold its keys now, and no newer ones were made.")
    }
    print("Copy the files to their machines, and restart every node one after the other.")
  }
}

struct KeysComplete: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "complete", abstract: "Add what a folder of an earlier release lacks.",
    discussion: """
      A release may bring a role, or a key, of which a folder that was made before knows nothing. This makes the files and \
      keys that are missing and changes none that are there: nodes with their old files go on, and do what they did. Copy \
      the files that it names to their machines, and restart those nodes one after the other. 'rotate' asks for it first.

      Run it as often as you like: a folder that lacks nothing is left as it is.

      Example:
        monarch keys complete /etc/monarch/keys
      """)

  @Argument(help: ArgumentHelp("The folder that 'monarch keys new' made.", valueName: "dir"))
  var folder: String

  func run() throws {
    let keys = KeyFolder(path: folder)
    let changed = Set(try keys.complete())
    guard !changed.isEmpty else { return print("Nothing is missing in \(folder).") }
    print("Added what was missing, and changed no key that was there:")
    for holder in KeyHolder.allCases where changed.contains(holder) {
      print("  \(keys.path(of: holder))  for \(holder.purpose)")
    }
    print("Copy these files to their machines, and restart their nodes one after the other.")
  }
}

extension KeyHolder {
  /// For a list of files.
  fileprivate var purpose: String {
    switch self {
    case .dispatch: "monarch dispatch"
    case .notification: "monarch notification"
    case .switchboard: "monarch switchboard"
    case .web: "monarch web"
    case .operator: "monarch user, nodes, drain, sessions, kick and check"
    }
  }
}
