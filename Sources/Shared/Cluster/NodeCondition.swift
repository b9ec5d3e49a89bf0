/// How a node is, in one word, for operators.
public enum NodeCondition: String, CaseIterable, Sendable {
  case alive, draining, stalled, dead

  public init(_ record: NodeRecord, _ health: ClusterView.Health) {
    switch health {
    case .dead: self = .dead
    case .stalled: self = .stalled
    case .alive: self = record.isDraining ? .draining : .alive
    }
  }

  /// By the registry's row alone.
  public init(_ record: NodeRecord) { self.init(record, ClusterView().health(of: record)) }
}
