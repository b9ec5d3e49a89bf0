import Cluster
import Logging
import MSNP
import NIOCore
import Roster
import ServerKit
import Store

// What the event loop does for histories: it knows who keeps one, and hands messages to the recorder.
extension SwitchboardServer {
  /// After this time a history that was switched on is kept, in conversations that were going on then too.
  private static let keeperInterval = TimeAmount.seconds(30)

  /// The time that what waits may still take when the switchboard ends.
  private static let finishing = Duration.seconds(4)

  /// Writes what waits for histories, once nobody says anything any more; what takes too long is lost, and counted.
  public func finishHistories() async { await recorder?.finish(within: Self.finishing) }

  /// Asks again and again about everybody who is in a conversation.
  func watchKeepers() {
    loop.scheduleRepeatedTask(initialDelay: Self.keeperInterval, delay: Self.keeperInterval) { [weak self] task in
      guard let self else { return task.cancel() }
      self.state.keepers.wantAll()
      self.askAboutKeepers()
    }
  }

  /// Somebody has entered a conversation.
  func askWhetherKeeper(_ account: AccountID) {
    guard recorder != nil else { return }
    state.keepers.enter(account)
    askAboutKeepers()
  }

  private func askAboutKeepers() {
    guard let recorder, let accounts = state.keepers.take() else { return }
    recorder.keepers(among: accounts) { [self] result in
      loop.execute { [self] in
        switch result {
        case .success(let keepers):
          state.keepers.answered(accounts, keepers: keepers)
          askAboutKeepers()
        case .failure(let failure):
          let pause = state.keepers.failed(accounts)
          logger.debug("who keeps a history is not known", metadata: ["cause": "\(failure)"])
          loop.scheduleTask(in: .seconds(Int64(pause))) {
            self.state.keepers.goOn()
            self.askAboutKeepers()
          }
        }
      }
    }
  }

  /// Hands a message that was relayed to the recorder, if somebody in the conversation keeps a history, or may.
  func keep(_ payload: ByteBuffer, of sender: Member, in session: SessionID, _ members: [Member]) {
    guard let recorder, members.contains(where: { state.keepers.mayKeep($0.account) }), MessageText.isText(payload),
      let place = state.conversations[session]?.countForHistories()
    else { return }
    recorder.record(
      RelayedPayload(
        conversation: place.conversation, number: place.number, time: recorder.clock(), sender: sender.handle,
        senderName: sender.introduction.name,
        people: members.map { RelayedMessage.Person(account: $0.account, handle: $0.handle) },
        payload: Array(payload.readableBytesView)))
  }
}
