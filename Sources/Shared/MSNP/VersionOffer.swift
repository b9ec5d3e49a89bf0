/// The dialects a client offers in `VER`, and the choice among them.
///
///     >>> VER 1 MSNP7 MSNP6 MSNP5 MSNP4 CVR0
///     <<< VER 1 MSNP7 CVR0
///     >>> VER 1 MSNP99
///     <<< VER 1 0                              and the connection closes
public struct VersionOffer: Hashable, Sendable {
  public enum Choice: Hashable, Sendable {
    /// The dialect to speak; `CVR0` is repeated when it was offered, because some clients look for nothing else.
    case dialect(Dialect, repeatsCVR0: Bool)
    /// Only `CVR0` in common: the client wants to know whether it must upgrade, and asks with `CVQ`.
    case versionQueryOnly
    case nothing
  }

  public let choice: Choice

  /// Picks the highest dialect the server speaks, whatever the order offered.
  public init(_ names: some Sequence<String>, spoken: ClosedRange<Dialect> = Dialect.spoken) {
    var best: Dialect?
    var offersCVR0 = false
    for name in names {
      if name.uppercased() == "CVR0" { offersCVR0 = true }
      if let dialect = Dialect(name: name), spoken.contains(dialect), best.map({ $0 < dialect }) ?? true {
        best = dialect
      }
    }
    choice =
      if let best { .dialect(best, repeatsCVR0: offersCVR0) } else if offersCVR0 { .versionQueryOnly } else { .nothing }
  }

  /// The offer in the arguments of a `VER` line.
  public init(_ line: Line, spoken: ClosedRange<Dialect> = Dialect.spoken) {
    self.init((1..<max(1, line.count)).compactMap(line.text), spoken: spoken)
  }
}

extension LineWriter {
  /// Answers `VER`, see ``VersionOffer``.
  public mutating func ver(_ transaction: TransactionID, _ choice: VersionOffer.Choice) {
    switch choice {
    case .dialect(let dialect, repeatsCVR0: true): line(.VER, transaction, dialect.name, "CVR0")
    case .dialect(let dialect, repeatsCVR0: false): line(.VER, transaction, dialect.name)
    case .versionQueryOnly: line(.VER, transaction, "CVR0")
    case .nothing: line(.VER, transaction, "0")
    }
  }

  /// Answers `INF` with the one security package every client of MSNP2-7 knows.
  ///
  ///     <<< INF 2 MD5
  public mutating func inf(_ transaction: TransactionID) { line(.INF, transaction, "MD5") }
}
