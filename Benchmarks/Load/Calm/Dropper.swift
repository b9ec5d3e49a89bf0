/// Makes connections that come to nothing.
struct Dropper {
  struct Counts {
    var connections = 0
    /// Of those that said VER: how many the server answered, and how many it closed instead.
    var answered = 0
    var refused = 0
    /// Connections that did not come about.
    var failed = 0
  }

  private enum Kind: Int {
    case silent, silentReset, afterVersion, inFirstLine, inSecondLineReset, patient

    /// Whether it waits for the answer to VER.
    var saysVersion: Bool { self == .afterVersion || self == .inSecondLineReset }
  }

  private static let batch = 66
  private static let sources = 200
  private static let version = Array("VER 1 MSNP7 CVR0\r\n".utf8)
  private static let beginOfFirst = Array("VER 1 MSN".utf8)
  private static let beginOfSecond = Array("INF 2\r\nUSR 3 MD5 I load0@exam".utf8)

  private let servers: [SocketName]
  private let room = ReadingRoom()
  private var made = 0
  var counts = Counts()

  /// - Parameter servers: where to, in turn.
  init(_ servers: [SocketName]) { self.servers = servers }

  mutating func drop(_ count: Int) throws {
    var rest = count
    while rest > 0 {
      try dropBatch(min(rest, Self.batch))
      rest -= Self.batch
      guard counts.failed + counts.refused <= 1_000 + counts.connections / 10 else {
        throw LoadFailure("the server refuses most connections")
      }
    }
  }

  /// The answers keep this program from running ahead of the server: it accepts in order.
  private mutating func dropBatch(_ size: Int) throws {
    var held: [(kind: Kind, socket: PlainSocket)] = []
    for number in 0..<size {
      let source = SocketName.source(made % Self.sources)
      made += 1
      counts.connections += 1
      // Six kinds, and both servers for each.
      guard let kind = Kind(rawValue: number % 6),
        let socket = try? PlainSocket(to: servers[number / 6 % servers.count], from: source)
      else {
        counts.failed += 1
        continue
      }
      switch kind {
      case .silent: socket.close()
      case .silentReset: socket.reset()
      case .afterVersion, .inSecondLineReset:
        try? socket.send(Self.version)
        held.append((kind, socket))
      case .inFirstLine:
        try? socket.send(Self.beginOfFirst)
        held.append((kind, socket))
      case .patient: held.append((kind, socket))
      }
    }
    for (kind, socket) in held where kind.saysVersion {
      if socket.receive(room.bytes) > 0 { counts.answered += 1 } else { counts.refused += 1 }
    }
    for (kind, socket) in held {
      if kind == .inSecondLineReset {
        try? socket.send(Self.beginOfSecond)
        socket.reset()
      } else {
        socket.close()
      }
    }
  }
}
