/// What a node tells its operator of itself.
public struct NodeStatus: Sendable {
  public enum Readiness: Hashable, Sendable {
    case ready
    /// Clients had better be sent elsewhere, for this reason.
    case notReady(String)
  }

  public var readiness: Readiness
  public var metrics: [Metric]

  public init(readiness: Readiness, metrics: [Metric]) {
    self.readiness = readiness
    self.metrics = metrics
  }
}

/// A figure of a node, in the form in which Prometheus collects them.
public struct Metric: Hashable, Sendable {
  public enum Kind: String, Sendable {
    /// Goes up and down.
    case gauge
    /// Counts up from the start of the process.
    case counter
  }

  /// One value, told from others of the metric by its labels.
  public struct Sample: Hashable, Sendable {
    /// In the order in which they are written.
    public var labels: [Label]
    public var value: Int

    public init(_ value: Int, labels: [Label] = []) {
      self.labels = labels
      self.value = value
    }
  }

  public struct Label: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// As in `monarch_connections`.
  public var name: String
  /// One sentence.
  public var help: String
  public var kind: Kind
  public var samples: [Sample]

  public init(_ name: String, _ kind: Kind, _ help: String, samples: [Sample]) {
    self.name = name
    self.help = help
    self.kind = kind
    self.samples = samples
  }

  /// A metric of one value.
  public init(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
    self.init(name, kind, help, samples: [Sample(value)])
  }
}

/// Metrics in Prometheus' text format, version 0.0.4.
///
///     # HELP monarch_connections Connections of clients.
///     # TYPE monarch_connections gauge
///     monarch_connections 17
///     monarch_nodes{role="notification",state="alive"} 2
public func prometheusText(_ metrics: [Metric]) -> String {
  var text = ""
  for metric in metrics {
    text += "# HELP \(metric.name) \(escaped(metric.help, quotes: false))\n"
    text += "# TYPE \(metric.name) \(metric.kind.rawValue)\n"
    for sample in metric.samples {
      let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
      text += metric.name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}") + " \(sample.value)\n"
    }
  }
  return text
}

private func escaped(_ text: String, quotes: Bool) -> String {
  let safe = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  return quotes ? safe.replacing("\"", with: "\\\"") : safe
}
