import ArgumentParser
import Foundation
import MSNP

/// How long a server takes until the first client is signed in.
struct Start: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Start `monarch dev` again and again, and tell when the first client is signed in, and what it holds then.",
    discussion: """
      From the moment before the program is executed to the end of the first sign-in, the answered challenge behind its CHG: a client that tries to connect every \
      half a millisecond, is sent on by the dispatch server, and signs in by MD5 with its lists. Files are in the \
      system's cache. The folder has been in use before: users come from `monarch-load users`, and the first start, which \
      is not counted, makes whatever is made once. Resident memory is read at once after that sign-in.
      """)

  @Option(help: "The program.")
  var executable: String

  @Option(help: "The data folder.")
  var data: String

  @Option(help: "The port.")
  var port = 18630

  @Option(help: "How often.")
  var runs = 10

  @Argument(parsing: .captureForPassthrough, help: "More arguments for `monarch dev`, behind all options.")
  var arguments: [String] = []

  func run() throws {
    var (whole, listening) = (Latencies(), Latencies())
    var (memory, processor, load): ([Double], [Double], [Double]) = ([], [], [])
    for number in 0...runs {
      let start = try once()
      guard number > 0 else { continue }
      whole.add(start.signedIn)
      listening.add(start.listening)
      memory.append(start.residentMiB)
      processor.append(start.processorSeconds / start.signedIn.inSeconds)
      load.append(start.loadSeconds / start.signedIn.inSeconds)
    }
    guard let held = Spread(memory), let used = Spread(processor), let own = Spread(load) else { return }
    print(
      (["start", "runs=\(runs)"] + whole.words("start") + listening.words("listening")
        + [
          "resident-MiB=\(held.median.rounded3)", "resident-highest-MiB=\(held.highest.rounded3)",
          "server-busy=\(used.median.rounded3)", "load-busy=\(own.median.rounded3)",
        ]).joined(separator: " "))
  }

  private struct Outcome {
    var listening: Duration
    var signedIn: Duration
    var residentMiB: Double
    var processorSeconds: Double
    var loadSeconds: Double
  }

  private func once() throws -> Outcome {
    let load = try ServerProcess(getpid()).processorSeconds
    let began = ContinuousClock.now
    let pid = try spawned()
    defer {
      kill(pid, SIGTERM)
      waitpid(pid, nil, 0)
    }
    let dispatch = try connected(to: SocketName(HostPort(host: "127.0.0.1", port: port)), pid)
    let listening = ContinuousClock.now - began
    let client = try signedIn(through: dispatch)
    let signedIn = ContinuousClock.now - began
    let process = try ServerProcess(pid)
    client.socket.close()
    return Outcome(
      listening: listening, signedIn: signedIn, residentMiB: Double(process.residentBytes) / 1_048_576,
      processorSeconds: process.processorSeconds,
      loadSeconds: try ServerProcess(getpid()).processorSeconds - load)
  }

  private func spawned() throws -> pid_t {
    let words = [executable, "dev", "--data", data, "--port", "\(port)"] + arguments
    var pointers = words.map { strdup($0) } + [nil]
    let settings = ProcessInfo.processInfo.environment
    var environment = settings.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in pointers + environment { free(pointer) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    var pid: pid_t = 0
    let code = posix_spawn(&pid, executable, &actions, nil, &pointers, &environment)
    guard code == 0 else { throw LoadFailure("\(executable): \(String(cString: strerror(code)))") }
    return pid
  }

  private func connected(to server: SocketName, _ pid: pid_t) throws -> PlainClient {
    let end = ContinuousClock.now + .seconds(PlainSocket.patience)
    while true {
      if let client = try? PlainClient(to: server) { return client }
      guard waitpid(pid, nil, WNOHANG) == 0 else { throw LoadFailure("\(executable) has ended: is the port taken?") }
      guard .now < end else { throw LoadFailure("\(executable) does not listen on \(port)") }
      usleep(500)
    }
  }

  private func signedIn(through dispatch: PlainClient) throws -> PlainClient {
    let handle = Load.Users.handle(0)
    let entrance = Entrance()
    var scene = entrance.scene(of: handle)
    for step in entrance.dialect.script where scene.last?.verb != .XFR {
      try dispatch.socket.send(Array(step.line(scene).utf8))
      scene.last = try dispatch.answer(to: step)
    }
    dispatch.socket.close()
    guard let address = scene.last?.text(2).flatMap({ HostPort($0) }) else { throw LoadFailure("no address in XFR") }
    let notification = try SocketName(address)
    var clients = try PlainClient.signIn([handle], on: notification)
    return clients.removeLast()
  }
}
