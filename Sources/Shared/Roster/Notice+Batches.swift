import MSNP

extension Notice {
  /// Notices in order, those of one account and one version together: what one change told it.
  public static func batches(_ notices: some Sequence<Notice>) -> [[Notice]] {
    var batches: [[Notice]] = []
    for notice in notices {
      if let last = batches.last?.first, last.account == notice.account, last.version == notice.version {
        batches[batches.count - 1].append(notice)
      } else {
        batches.append([notice])
      }
    }
    return batches
  }
}
