import ArgumentParser
import Credentials
import Foundation

struct UserSample: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Make three users to try the service with.",
    discussion: """
      They are on each other's lists, and old clients may sign in as them. Their passwords are known to everybody: not \
      for a service that others can reach. Those that are there already are left as they are.

      Example:
        monarch user sample --database postgresql:///monarch --keys /etc/monarch/keys/operator.keys
      """)

  @OptionGroup var data: DataOption

  func run() async throws {
    let cost = PasswordCost.chosen(by: ProcessInfo.processInfo.environment)
    try await data.administer(creating: true) { try await SampleUsers.make($0, cost: cost) }
    print("Sample users, on each other's lists:")
    for sample in SampleUsers.all { print("  \(sample.handle)  password \(sample.password)  (\(sample.name))") }
  }
}
