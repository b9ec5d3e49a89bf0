import NIOCore

/// The three letters a command begins with, or the three digits of an error line, packed into one integer so that a
/// command table is looked up without making a string.
///
/// Verbs are case-sensitive: `ver` is not `VER` (wire reference, section 2).
public struct Verb: Hashable, Sendable {
  /// The three ASCII bytes, the first in bits 16 to 23.
  public let rawValue: UInt32

  /// A verb from three bytes of the wire; nil unless they are upper-case letters or digits.
  public init?(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
    guard Verb.isLegal(first), Verb.isLegal(second), Verb.isLegal(third) else { return nil }
    rawValue = UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
  }

  private init(_ letters: StaticString) {
    precondition(letters.utf8CodeUnitCount == 3, "a verb has three letters")
    rawValue = letters.withUTF8Buffer { UInt32($0[0]) << 16 | UInt32($0[1]) << 8 | UInt32($0[2]) }
  }

  private static func isLegal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

extension Verb: CustomStringConvertible, WireArgument {
  public var description: String {
    String(
      decoding: [UInt8(rawValue >> 16 & 0xff), UInt8(rawValue >> 8 & 0xff), UInt8(rawValue & 0xff)], as: UTF8.self)
  }

  public var longest: Int { 3 }

  public func write(to span: inout OutputRawSpan) {
    span.append(UInt8(rawValue >> 16 & 0xff))
    span.append(UInt8(rawValue >> 8 & 0xff))
    span.append(UInt8(rawValue & 0xff))
  }
}

extension Verb {
  public static let ACK = Verb("ACK")
  public static let ADC = Verb("ADC")
  public static let ADD = Verb("ADD")
  public static let ADG = Verb("ADG")
  public static let ANS = Verb("ANS")
  public static let BLP = Verb("BLP")
  public static let BPR = Verb("BPR")
  public static let BYE = Verb("BYE")
  public static let CAL = Verb("CAL")
  public static let CHG = Verb("CHG")
  public static let CHL = Verb("CHL")
  public static let CVQ = Verb("CVQ")
  public static let CVR = Verb("CVR")
  public static let FLN = Verb("FLN")
  public static let FND = Verb("FND")
  public static let GCF = Verb("GCF")
  public static let GSB = Verb("GSB")
  public static let GTC = Verb("GTC")
  public static let ILN = Verb("ILN")
  public static let IMS = Verb("IMS")
  public static let INF = Verb("INF")
  public static let IPG = Verb("IPG")
  public static let IRO = Verb("IRO")
  public static let JOI = Verb("JOI")
  public static let LKP = Verb("LKP")
  public static let LSG = Verb("LSG")
  public static let LST = Verb("LST")
  public static let MSG = Verb("MSG")
  public static let NAK = Verb("NAK")
  public static let NLN = Verb("NLN")
  public static let NOT = Verb("NOT")
  public static let OUT = Verb("OUT")
  public static let PAG = Verb("PAG")
  public static let PGD = Verb("PGD")
  public static let PNG = Verb("PNG")
  public static let PRP = Verb("PRP")
  public static let QNG = Verb("QNG")
  public static let QRY = Verb("QRY")
  public static let REA = Verb("REA")
  public static let REG = Verb("REG")
  public static let REM = Verb("REM")
  public static let RMG = Verb("RMG")
  public static let RNG = Verb("RNG")
  public static let SBP = Verb("SBP")
  public static let SBS = Verb("SBS")
  public static let SDC = Verb("SDC")
  public static let SND = Verb("SND")
  public static let SYN = Verb("SYN")
  public static let UBX = Verb("UBX")
  public static let URL = Verb("URL")
  public static let USR = Verb("USR")
  public static let UUX = Verb("UUX")
  public static let VER = Verb("VER")
  public static let XFR = Verb("XFR")
}
