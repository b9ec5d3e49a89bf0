import ArgumentParser

/// Who takes part in the measurements of stalls and of talk, by number.
enum CalmPeople {
  /// Those who sign in as a storm, with fifty contacts each, and those who talk.
  static let crowd = 0..<1_000
  /// Those whom all watchers have as contacts.
  static let stars = 2_000..<2_060
  static let watchers = 3_000..<3_400
  /// Strangers who ping.
  static let bystanders = 5_000..<5_016
}

/// Writes the people of ``CalmPeople``.
struct CalmUsers: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calm-users",
    abstract: "Write the users that 'stalls' and 'chat' are measured with, for `monarch user import`.")

  func run() {
    let circle = CalmPeople.crowd
    for user in circle { write(user, (1...25).map { circle.lowerBound + (user + $0) % circle.count }) }
    for user in CalmPeople.stars { write(user, []) }
    for user in CalmPeople.watchers { write(user, Array(CalmPeople.stars)) }
    for user in CalmPeople.bystanders { write(user, []) }
  }

  private func write(_ user: Int, _ contacts: [Int]) {
    let friends = contacts.map { "\"\(Load.Users.handle($0))\"" }.joined(separator: ",")
    print(
      "{\"email\":\"\(Load.Users.handle(user))\",\"password\":\"load\",\"oldClients\":true,\"contacts\":[\(friends)]}")
  }
}
