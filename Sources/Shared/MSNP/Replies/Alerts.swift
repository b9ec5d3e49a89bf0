import NIOCore

extension LineWriter {
  /// Shows an alert (MSNP5).
  ///
  ///     <<< NOT 421
  ///         <NOTIFICATION ver="2" id="5" siteid="199999999" siteurl="http://example.com/"><TO pid="0x00000000:0x00000011"
  ///         name="alice@example.com"><VIA agent="messenger"/></TO><MSG pri="1" id="5"><SUBSCR url="..."/>
  ///         <ACTION url="..."/><BODY lang="1033" icon=""><TEXT>Back at six.</TEXT></BODY></MSG></NOTIFICATION>
  ///
  /// One line in truth.
  ///
  /// - Parameters:
  ///   - memberID: the account number, as the profile tells it.
  ///   - site: the service's page, where clients go if the alert names none.
  public mutating func alert(_ alert: Alert, to handle: UserHandle, memberID: Int64, site: String) {
    guard dialect.has(.alerts) else { return }
    let (service, page) = (XMLText.escaped(site), XMLText.escaped(alert.page ?? site))
    let (high, low) = (UInt32(truncatingIfNeeded: memberID >> 32), UInt32(truncatingIfNeeded: memberID))
    let text =
      "<NOTIFICATION ver=\"2\" id=\"\(alert.number)\" siteid=\"199999999\" siteurl=\"\(service)\">"
      + "<TO pid=\"\(hexadecimal(high)):\(hexadecimal(low))\" name=\"\(XMLText.escaped(handle.text))\">"
      + "<VIA agent=\"messenger\"/></TO><MSG pri=\"1\" id=\"\(alert.number)\"><SUBSCR url=\"\(service)\"/>"
      + "<ACTION url=\"\(page)\"/>\(Alert.body(alert.text))</MSG></NOTIFICATION>"
    line(.NOT, payload: ByteBuffer(string: text))
  }

  private func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
