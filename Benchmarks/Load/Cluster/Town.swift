import ArgumentParser

/// People of whom everybody knows 50 others, so that exactly ten of them are online when somebody signs in.
///
/// It has two halves, and people know those of the other half alone. In one every fifth is online; those of the other half
/// come and go, and do not know one another: so it makes no difference how many of them are there.
struct Town: Sendable {
  /// How many contacts everybody has.
  static let contacts = 50
  /// How many of them are online.
  static let online = 10
  private static let every = contacts / online

  /// The number of the first user.
  var first: Int
  /// How many people in each half: a multiple of five.
  var half: Int

  /// Nil where that many people do not make a town.
  init?(first: Int, half: Int) {
    guard half >= 2 * Town.contacts, half.isMultiple(of: Town.every) else { return nil }
    (self.first, self.half) = (first, half)
  }

  /// Those who are online.
  var stayers: [String] {
    stride(from: 0, to: half, by: Town.every).map { Load.Users.handle(first + half + $0) }
  }

  /// Those who come and go, in an order in which neighbours have no contacts in common.
  var comers: [String] {
    let places = (0..<Town.contacts).flatMap { stride(from: $0, to: half, by: Town.contacts) }
    return places.map { Load.Users.handle(first + $0) }
  }

  /// Whom one of those who come and go knows.
  fileprivate func contacts(of place: Int) -> [String] {
    (0..<Town.contacts).map { Load.Users.handle(first + half + (place + $0) % half) }
  }
}

extension Load {
  /// Writes the users of a town for `monarch user import`.
  struct TownUsers: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "town", abstract: "Write people with 50 contacts for `monarch user import` to standard output.",
      discussion: """
        Twice --half people. Those of one half know only those of the other, where every fifth is to be online: then \
        exactly ten contacts of everybody in the first half are.
        """)

    @Option(help: "How many people in each half: a multiple of five, at least 100.")
    var half = 1_700

    @Option(help: "The number of the first.")
    var first = 0

    func run() throws {
      let town = try Town.checked(first: first, half: half)
      for place in 0..<2 * half {
        let friends = place < half ? town.contacts(of: place).map { "\"\($0)\"" } : []
        print(
          "{\"email\":\"\(Load.Users.handle(first + place))\",\"password\":\"load\",\"oldClients\":true,\"contacts\":["
            + friends.joined(separator: ",") + "]}")
      }
    }
  }
}

extension Town {
  /// The same with an error that says what is wrong.
  static func checked(first: Int, half: Int) throws -> Town {
    guard let town = Town(first: first, half: half) else {
      throw ValidationError("--half \(half): give a multiple of five, at least 100")
    }
    return town
  }
}
