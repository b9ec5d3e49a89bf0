/// Why a key file cannot be used. The description names the cure.
public enum KeyFileError: Error, Hashable, Sendable {
  /// Users other than the owner may read it; `mode` holds its permission bits.
  case readableByOthers(path: String, mode: UInt32)
  /// The system refused, for this reason.
  case inaccessible(path: String, reason: String)
  /// Not a file of keys.
  case malformed(path: String)
  /// A key is absent, or not 32 bytes in base64.
  case missingKey(path: String, name: String)
  /// A file of a role's keys that is not there.
  case noSuchFile(path: String)
  /// A key that a role needs is absent, or not 32 bytes in base64.
  case missingRoleKey(path: String, name: KeyName, holder: KeyHolder)
  /// There are keys already where fresh ones were to be made.
  case alreadyThere(path: String)
  /// Two files of one folder hold keys that are neither the same nor one rotation apart.
  case strangers(folder: String, name: KeyName)
  /// A rotation of the folder was stopped in between.
  case halfRotated(folder: String)
}

extension KeyFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .readableByOthers(let path, let mode):
      "other users of this machine may read the keys in \(path) (mode \(String(mode, radix: 8))): chmod 600 \(path)"
    case .inaccessible(let path, let reason):
      "the key file \(path) cannot be used: \(reason)"
    case .malformed(let path):
      "\(path) is not a key file: put back the copy that was made with the accounts, because old-client passwords"
        + " sealed with a lost key must be set again"
    case .missingKey(let path, let name):
      "the key '\(name)' in \(path) is absent or not 32 bytes in base64: put back the copy that was made with the"
        + " accounts"
    case .noSuchFile(let path):
      "there is no key file \(path): 'monarch keys new DIR' makes one for each role, and the operator's; a folder of an"
        + " earlier release gets what it lacks by 'monarch keys complete DIR'"
    case .missingRoleKey(let path, let name, let holder):
      "the key '\(name.rawValue)', which \(holder.inWords) needs, is absent from \(path) or not 32 bytes in base64: "
        + KeyFileError.cure(name, holder)
    case .alreadyThere(let path):
      "there are keys in \(path) already, and nothing was changed: 'monarch keys rotate DIR' gives running nodes fresh"
        + " ones; keys for another service need a folder of their own"
    case .strangers(let folder, let name):
      "the files in \(folder) hold different keys '\(name.rawValue)': they come from different folders; put back"
        + " those that were made together"
    case .halfRotated(let folder):
      "a rotation of the keys in \(folder) was stopped half-way, and nothing was changed: complete it first with"
        + " 'monarch keys rotate \(folder)'"
    }
  }

  private static func cure(_ name: KeyName, _ holder: KeyHolder) -> String {
    switch name {
    case .oldClientPasswords:
      "put back the copy that was made with the accounts; 'monarch keys new DIR' makes keys only for a new service"
    default:
      "take \(holder.fileName) from the folder that 'monarch keys new DIR' made; a folder of an earlier release gets the"
        + " key by 'monarch keys complete DIR'"
    }
  }
}
