/// What a row of the report says, and what the plan asks of it.
struct ReportRow: Sendable {
  var step: String
  var title: String
  var figure: String
  /// What Monarch's figure divided by the floor's has to reach; nil where only the figure counts.
  var goal: Double?

  /// For a second of the server's processor time, beside the floor's.
  static let ratios = [
    ReportRow(
      step: "relay-200", title: "messages of 200 B between two, one at a time", figure: "per-cpu-second", goal: 0.65),
    ReportRow(
      step: "relay-1400", title: "messages of 1,400 B between two, one at a time", figure: "per-cpu-second", goal: 0.65),
    ReportRow(
      step: "relay-window", title: "messages of 200 B between two, eight on their way", figure: "per-cpu-second",
      goal: 0.65),
    ReportRow(
      step: "relay-ack", title: "messages of 200 B between two, acknowledged", figure: "per-cpu-second", goal: 0.65),
    ReportRow(step: "relay-5", title: "messages of 200 B among five", figure: "per-cpu-second", goal: 0.65),
    ReportRow(step: "relay-20", title: "messages of 200 B among twenty", figure: "per-cpu-second", goal: 0.65),
    ReportRow(step: "changes-50", title: "deliveries of a status change to 50", figure: "per-cpu-second", goal: 0.5),
    ReportRow(step: "changes-400", title: "deliveries of a status change to 400", figure: "per-cpu-second", goal: 0.5),
    ReportRow(
      step: "sign-in-md5-50", title: "whole sign-ins with MD5 and 50 contacts, 10 of them online, SQLite",
      figure: "per-cpu-second", goal: 0.5),
  ]

  /// What a session that is signed in and does nothing holds, with the KiB that the plan allows.
  static let memory: [(contacts: Int, limit: Double)] = [(1, 6), (50, 8), (200, 14)]
}
