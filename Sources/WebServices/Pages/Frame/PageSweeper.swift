import Logging
import SignIn
import Store

/// Deletes what is past its time: messages of histories, and sessions on pages. Once an hour; where several web nodes do
/// it, each finds what the others have left.
struct PageSweeper: Sendable {
  static let interval: Duration = .seconds(3600)
  /// Messages that are deleted in one transaction, so that none takes long.
  static let batch = 1000

  let services: PageServices
  let historyDays: Int
  let logger: Logger

  /// Goes on until its task is cancelled.
  func run() async {
    while !Task.isCancelled {
      await sweep()
      try? await Task.sleep(for: PageSweeper.interval)
    }
  }

  /// One round. What cannot be done now is done the next time.
  func sweep() async {
    do {
      let now = services.unixTime()
      try await services.store.sweepPageSessions(now: now, idle: PageLimits.sessionIdle, age: PageLimits.sessionAge)
      let count = try await sweepHistories(before: HistoryTime.start(days: historyDays, now: now))
      if count > 0 { logger.info("messages past their time are deleted", metadata: ["messages": "\(count)"]) }
    } catch let failure as StoreFailure {
      services.door.report(failure)
    } catch {
      logger.error("nothing could be swept", metadata: ["cause": "\(error)"])
    }
  }

  private func sweepHistories(before time: Int64) async throws -> Int {
    var total = 0
    while !Task.isCancelled {
      let count = try await services.store.sweepHistory(before: time, limit: PageSweeper.batch)
      total += count
      guard count == PageSweeper.batch else { break }
    }
    return total
  }
}

extension WebServer {
  /// From now on until the server stops, what pages and histories keep is swept every hour.
  public func startSweeping() {
    guard let pages = services.pages else { return }
    let sweeper = PageSweeper(services: pages, historyDays: settings.pages.historyDays, logger: logger)
    let task = Task { await sweeper.run() }
    keepUntilStopped(task)
  }
}
