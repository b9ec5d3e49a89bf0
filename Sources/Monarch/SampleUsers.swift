import Credentials
import MSNP

/// Three people to try the service with, on each other's lists. Their passwords are known to everybody.
enum SampleUsers {
  struct Sample: Sendable {
    let handle: String
    let password: String
    let name: String
  }

  static let all = [
    Sample(handle: "aquaboxs34@hotmail.com", password: "password123", name: "AquaBoxs"),
    Sample(handle: "testuser@hotmail.com", password: "test123", name: "Test User"),
    Sample(handle: "friend1@hotmail.com", password: "friend123", name: "Friend One"),
  ]
}
