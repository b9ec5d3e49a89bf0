import MSNP

/// Pairs of people with a conversation each, on plain sockets.
struct ChatPairs {
  /// The ends of the conversations: 0 and 1 talk to each other, 2 and 3, and so on.
  private(set) var ends: [PlainClient] = []
  private var people: [PlainClient] = []

  static func onFloor(_ count: Int, at server: SocketName) throws -> ChatPairs {
    var pairs = ChatPairs()
    for number in 0..<2 * count {
      let end = try PlainClient(to: server)
      _ = try end.ask("FLR \(number / 2)", for: "FLR")
      pairs.ends.append(end)
    }
    return pairs
  }

  static func onSwitchboard(_ count: Int, at server: SocketName) throws -> ChatPairs {
    let handles = CalmPeople.crowd.prefix(2 * count).map(Load.Users.handle)
    var pairs = ChatPairs()
    pairs.people = try PlainClient.signIn(handles, on: server)
    for number in stride(from: 0, to: handles.count - 1, by: 2) {
      try pairs.begin(handles[number], pairs.people[number], handles[number + 1], pairs.people[number + 1])
    }
    return pairs
  }

  private mutating func begin(_ caller: String, _ host: PlainClient, _ callee: String, _ guest: PlainClient) throws {
    let transfer = try host.ask("XFR 9 SB", for: "XFR")
    guard let address = transfer.text(2).flatMap({ HostPort($0) }), let ticket = transfer.text(4) else {
      throw LoadFailure("no switchboard in XFR")
    }
    let name = try SocketName(address)
    let first = try PlainClient(to: name)
    _ = try first.ask("USR 1 \(caller) \(ticket)", for: "USR")
    _ = try first.ask("CAL 2 \(callee)", for: "CAL")
    let ring = try guest.next("RNG")
    let second = try PlainClient(to: name)
    _ = try second.ask("ANS 1 \(callee) \(ring.text(3) ?? "") \(ring.text(0) ?? "")", for: "ANS")
    _ = try first.next("JOI")
    ends += [first, second]
  }

  func close() { for client in ends + people { client.socket.close() } }
}
