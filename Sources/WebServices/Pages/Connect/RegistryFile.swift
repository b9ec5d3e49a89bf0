import MSNP

/// What points a client here by its registry: one text value, and the file that sets it.
struct RegistryFile: Hashable, Sendable {
  /// Which clients read it.
  enum Key: String, Sendable {
    /// MSN Messenger 1.0 to 4.7 and Windows Messenger.
    case messengerService = #"SOFTWARE\Microsoft\MessengerService"#
    /// MSN Messenger 5.0 to 6.2, which keep the dispatch server there that they used last.
    case msnMessenger = #"SOFTWARE\Microsoft\MSNMessenger"#
  }

  static let name = "Server"

  let key: Key
  /// A host, a semicolon, its address, and a port if that is not 1863.
  ///
  ///     192.0.2.10;192.0.2.10
  ///     192.0.2.10;192.0.2.10:1864
  let value: String

  /// Nil unless a dispatch server is alive whose address is a number: the client wants one, and looks up no name there.
  init?(_ key: Key, _ places: ServicePlaces) {
    guard let server = places.dispatch.first(where: { $0.host.isIPv4 }) else { return nil }
    self.key = key
    value = "\(server.host);\(server.host)" + (server.port == 1863 ? "" : ":\(server.port)")
  }

  /// The path of the key, as the registry's editor shows it.
  var path: String { #"HKEY_CURRENT_USER\\#(key.rawValue)"# }

  /// A file that every version of the registry's editor imports. The value has neither quotes nor backslashes.
  var bytes: [UInt8] {
    Array("REGEDIT4\r\n\r\n[\(path)]\r\n\"\(RegistryFile.name)\"=\"\(value)\"\r\n\r\n".utf8)
  }
}
