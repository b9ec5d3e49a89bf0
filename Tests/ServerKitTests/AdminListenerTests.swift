import Logging
import MSNP
import NIOCore
import NIOPosix
import Testing

@testable import ServerKit

/// The operator's HTTP, over real sockets.
@Suite struct AdminListenerTests {
  private static let metric = Metric("monarch_connections", .gauge, "Connections of clients.", 3)

  /// What the server sends to these bytes up to its closing.
  private func exchange(
    _ request: String, readiness: NodeStatus.Readiness = .ready
  ) async throws -> String {
    try await withListener(readiness) { address in
      let channel = try await connect(address)
      return try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(string: request))
        var answer = ""
        for try await bytes in inbound { answer += String(buffer: bytes) }
        return answer
      }
    }
  }

  private func connect(_ address: HostPort) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: address.host, port: address.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
  }

  private func withListener<Value>(
    _ readiness: NodeStatus.Readiness, _ body: (HostPort) async throws -> Value
  ) async throws -> Value {
    let listener = try await AdminListener.bind(
      HostPort(host: "127.0.0.1", port: 0), on: MultiThreadedEventLoopGroup.singleton.next(),
      // Other tests may hold up this one for longer than an operator would wait.
      patience: .minutes(10), logger: Logger(label: "test")
    ) { NodeStatus(readiness: readiness, metrics: [AdminListenerTests.metric]) }
    do {
      let value = try await body(listener.address)
      await listener.close()
      return value
    } catch {
      await listener.close()
      throw error
    }
  }

  @Test func aLiveNodeSaysSo() async throws {
    let answer = try await exchange("GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(answer.hasSuffix("\r\n\r\nlive\n"))
  }

  @Test func readinessNamesItsReason() async throws {
    let ready = try await exchange("GET /ready HTTP/1.0\r\n\r\n")
    #expect(ready.hasPrefix("HTTP/1.1 200 OK\r\n") && ready.hasSuffix("\r\n\r\nready\n"))
    let away = try await exchange("GET /ready HTTP/1.1\r\n\r\n", readiness: .notReady("draining"))
    #expect(away.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n") && away.hasSuffix("\r\n\r\ndraining\n"))
  }

  @Test func metricsComeAsPrometheusReadsThem() async throws {
    let answer = try await exchange("GET /metrics?x=1 HTTP/1.1\r\n\r\n")
    #expect(answer.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
    #expect(answer.hasSuffix("# TYPE monarch_connections gauge\nmonarch_connections 3\n"))
  }

  @Test func headHasNoBody() async throws {
    let answer = try await exchange("HEAD /live HTTP/1.1\r\n\r\n")
    #expect(answer.contains("Content-Length: 5\r\n") && answer.hasSuffix("\r\n\r\n"))
  }

  @Test func everythingElseIsRefused() async throws {
    #expect(try await exchange("GET / HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    #expect(
      try await exchange("POST /live HTTP/1.1\r\nContent-Length: 1\r\n\r\nx").hasPrefix(
        "HTTP/1.1 405 Method Not Allowed\r\n"))
    #expect(try await exchange("VER 1 MSNP7\r\n\r\n").hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
  }

  @Test func oneRequestAConnection() async throws {
    let twice = String(repeating: "GET /live HTTP/1.1\r\n\r\n", count: 2)
    #expect(try await exchange(twice).ranges(of: "200 OK").count == 1)
  }

  @Test func aRequestThatIsTooLongIsCutOff() async throws {
    let long = "GET /live HTTP/1.1\r\nX: \(String(repeating: "x", count: 9000))\r\n\r\n"
    // The connection may be reset before the end is seen.
    #expect(((try? await exchange(long)) ?? "") == "")
  }

  @Test func connectionsAreFew() async throws {
    try await withListener(.ready) { address in
      let client = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      var held: [any Channel] = []
      for _ in 0..<16 { held.append(try await client.connect(host: address.host, port: address.port).get()) }
      // Refused at once: nothing was sent that could be answered.
      try await client.connect(host: address.host, port: address.port).get().closeFuture.get()
      for channel in held {
        #expect(channel.isActive)
        try await channel.close()
      }
    }
  }
}

@Suite struct PrometheusTextTests {
  @Test func namesHelpAndTypeStandOnceBeforeTheSamples() {
    let nodes = Metric(
      "monarch_nodes", .gauge, "Nodes of the cluster.",
      samples: [
        Metric.Sample(2, labels: [.init("role", "notification"), .init("state", "alive")]),
        Metric.Sample(1, labels: [.init("role", "dispatch"), .init("state", "stalled")]),
      ])
    let total = Metric("monarch_sign_ins_total", .counter, "Sign-ins.", 41)
    #expect(
      prometheusText([nodes, total]) == """
        # HELP monarch_nodes Nodes of the cluster.
        # TYPE monarch_nodes gauge
        monarch_nodes{role="notification",state="alive"} 2
        monarch_nodes{role="dispatch",state="stalled"} 1
        # HELP monarch_sign_ins_total Sign-ins.
        # TYPE monarch_sign_ins_total counter
        monarch_sign_ins_total 41

        """)
  }

  @Test func whatWouldBreakALineIsEscaped() {
    let metric = Metric("m", .gauge, "a\\b\n\"c\"", samples: [Metric.Sample(1, labels: [.init("l", "a\\b\n\"c\"")])])
    #expect(prometheusText([metric]) == "# HELP m a\\\\b\\n\"c\"\n# TYPE m gauge\nm{l=\"a\\\\b\\n\\\"c\\\"\"} 1\n")
  }
}
