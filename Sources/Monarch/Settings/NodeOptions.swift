import ArgumentParser
import Foundation

/// The flags of the commands that run one role, each of which can be given elsewhere too.
struct NodeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A file of settings in YAML (MONARCH_CONFIG): the names of the flags below, at the top or in a section for a role. \
      Flags win over the environment, and the environment over the file.
      """, valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "This node's name, unique in the cluster: letters, digits and hyphens (MONARCH_NODE).", valueName: "name"))
  var node: String?

  @Option(
    help: ArgumentHelp(
      """
      The address to listen on; port 1863 if none is given, 8080 for a web node, which may listen on several, with \
      commas between them (MONARCH_LISTEN).
      """, valueName: "addr[:port]"))
  var listen: String?

  @Option(
    help: ArgumentHelp(
      "The address clients are sent to: --listen, unless that is 0.0.0.0 (MONARCH_ADVERTISE).",
      valueName: "addr[:port]"))
  var advertise: String?

  @Option(
    help: ArgumentHelp(
      """
      The cluster's database, such as postgresql://monarch@db.example.org/monarch. In MONARCH_DATABASE no list of \
      processes shows its password.
      """, valueName: "url"))
  var database: String?

  @Option(
    help: ArgumentHelp("The role's file of keys, from 'monarch keys new' (MONARCH_KEYS).", valueName: "file"))
  var keys: String?

  @Option(
    help: ArgumentHelp(
      """
      Where /live, /ready and /metrics are served; 'none' for nowhere. The default, 127.0.0.1:0, is any free port on \
      loopback (MONARCH_ADMIN).
      """, valueName: "addr:port"))
  var admin: String?

  @Option(
    help: ArgumentHelp(
      "The log; '-', the default, is standard error (MONARCH_LOG).", valueName: "file"))
  var log: String?

  @Option(
    help: ArgumentHelp(
      "The page clients are pointed to; http:// and the host of --advertise if not given (MONARCH_SITE).",
      valueName: "url"))
  var site: String?

  @Option(
    help: ArgumentHelp(
      """
      How long a node that stops takes to send its clients away: a notification server spreads their return over it, a \
      switchboard lets conversations end (MONARCH_DRAIN_SECONDS). The default is 30.
      """, valueName: "n"))
  var drainSeconds: String?

  @OptionGroup(title: "Notification server") var notification: NotificationOptions
  @OptionGroup(title: "Web node") var web: WebOptions

  @Flag(help: "Log every connection and command, not just what went wrong (MONARCH_VERBOSE=true).")
  var verbose = false

  /// What was given on the command line.
  var given: [Setting: String] {
    let values: [Setting: String?] = [
      .node: node, .listen: listen, .advertise: advertise, .database: database, .keys: keys, .admin: admin, .log: log,
      .site: site, .drainSeconds: drainSeconds, .verbose: verbose ? "true" : nil,
    ]
    return values.compactMapValues { $0 }.merging(web.given) { $1 }.merging(notification.given) { $1 }
  }
}
