import MSNP

/// A client product as `QRY` names it, with the key its challenges are answered with.
struct Product {
  let id: String
  let key: String

  /// Nil when no key is known. Some ids hold a `%`, so the id is looked up as it stands before it is decoded.
  init?(_ argument: String) {
    let candidates = [argument, PercentEncoding.decode(argument.utf8)].compactMap(\.self)
    guard let id = candidates.first(where: { Product.keys[$0] != nil }), let key = Product.keys[id] else { return nil }
    self.id = id
    self.key = key
  }

  /// All keys ever published (login reference, section 11.1).
  private static let keys = [
    // 3.6 to 4.x, and most other clients of MSNP6-10
    "msmsgs@msnmsgr.com": "Q1P7W2E4J9R8U3S5",
    // MSNP8-10
    "PROD0038W!61ZTF9": "VT6PX?UQTM4WM%YR",
    "PROD0058#7IL2{QD": "QHDCY@7R1TB6W?5B",
    "PROD0061VRRZH@4F": "JXQ6J@TUOGYV@N0M",
    "PROD00504RLUG%WL": "I2EBK%PYNLZL5_J4",
    "PROD0076ENE8*@AW": "CEQJ8}OE0!WTSWII",
    // MSNP11-12
    "PROD0090YUAUV{2B": "YMM8C_H7KCQ2S_KL",
    "PROD00974#MT*RC2": "LMCVO*18PQJ3H!K3",
    "PROD0101{0RM?UBW": "CFHUR$52U_{VIX5T",
    "PROD0104U6VVM{UJ": "VK67B}379XYM5}$T",
    // MSNP13-14
    "PROD01065C%ZFN6F": "O4BG@C7BWLYQX?5G",
    "PROD0112J1LW7%NB": "RH96F{PHI8PPX_TJ",
    // MSNP15 and later
    "PROD0113H11T8$X_": "RG@XY*28Q5QHS%Q5",
    "PROD0114ES4Z%Q5W": "PK}_A_0N_K%O?A9S",
    "PROD0118R6%2WYOS": "YIXPX@5I2P0UT*LK",
    "PROD0119GSJUC$18": "ILTXC!4IXB5FB*PX",
    "PROD0120PW!CCV9@": "C1BX{V4W}Q3*10SM",
  ]
}
