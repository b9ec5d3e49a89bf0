import Foundation
import Roster

/// How every store keeps a profile: JSON, with the fields of ``MemberProfile``, and nothing for an empty one.
extension MemberProfile {
  package init(stored text: String) throws(StoreFailure) {
    guard !text.isEmpty else {
      self.init()
      return
    }
    do {
      self = try JSONDecoder().decode(MemberProfile.self, from: Data(text.utf8))
    } catch {
      // What cannot be read is private: it stays out of the log.
      throw StoreFailure("a profile in the store cannot be read")
    }
  }

  /// What the profile message tells; nothing when it cannot be read, which is no reason to keep somebody out.
  package static func forSignIn(_ text: String) -> MemberProfile {
    (try? MemberProfile(stored: text)) ?? MemberProfile()
  }

  package func stored() throws(StoreFailure) -> String {
    guard self != MemberProfile() else { return "" }
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    } catch {
      throw StoreFailure("a profile cannot be written as JSON")
    }
  }
}
