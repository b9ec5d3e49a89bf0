import Cluster
import MSNP
import NIOCore
import ServerKit
import Synchronization

extension SwitchboardServer {
  /// Hands a message to every other member, in the order in which each sender sent them. `ACK` means that the kernel
  /// took it for every one of them, `NAK` that it did not for some, or that nobody else is there.
  func relay(
    _ transaction: TransactionID, _ wish: SwitchboardEffect.Wish, _ payload: ByteBuffer, _ connection: Connection,
    _ id: MemberID
  ) {
    guard let session = state.places[id], let members = state.conversations[session]?.members,
      let sender = members.first(where: { $0.id == id })
    else { return }
    state.conversations[session]?.touch(.now())
    counts.relayed.wrappingAdd(1, ordering: .relaxed)
    guard members.count > 1 else {
      if wish.failure { connection.deliver(.notDelivered(transaction)) }
      return
    }
    var writer = LineWriter(dialect: connection.dialect)
    writer.msg(sender.handle, sender.introduction.name, payload: payload)
    let wantsOutcome = wish.success || wish.failure
    var deliveries: [EventLoopFuture<Void>] = []
    for member in members where member.id != id {
      let written = wantsOutcome ? loop.makePromise(of: Void.self) : nil
      if let written { deliveries.append(written.futureResult) }
      guard let receiver = state.connections[member.id] else {
        written?.fail(ChannelError.ioOnClosedChannel)
        continue
      }
      receiver.relay(writer.buffer, written: written)
    }
    if state.keepers.hasCandidates { keep(payload, of: sender, in: session, members) }
    guard wantsOutcome else { return }
    // Most conversations are of two people.
    let outcome = deliveries.count == 1 ? deliveries[0] : EventLoopFuture.andAllSucceed(deliveries, on: loop)
    outcome.assumeIsolated().whenComplete { result in
      switch result {
      case .success: if wish.success { connection.deliver(.delivered(transaction)) }
      case .failure: if wish.failure { connection.deliver(.notDelivered(transaction)) }
      }
    }
  }
}
