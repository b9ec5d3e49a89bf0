import Cluster
import MSNP
import NIOCore

/// A record on its way to many watchers, its lines written once for all of them.
///
/// The lines stand one behind the other in a single buffer, what a watcher is told being one piece of it whatever its
/// dialect: `NLN` in each detail, the longest last, then `UBX`.
public final class PresenceNews: Sendable {
  public let record: PresenceRecord
  /// `FLN`
  private let offline: ByteBuffer
  /// Empty when offline.
  private let online: ByteBuffer
  /// Where in it `NLN` begins with status and name alone, which is at the start, with capabilities, with the object; then
  /// where `UBX` does.
  private let capabilities: Int
  private let object: Int
  private let personal: Int

  public init(_ record: PresenceRecord, handle: UserHandle) {
    self.record = record
    var writer = LineWriter(dialect: .msnp2)
    writer.fln(handle)
    offline = writer.buffer
    guard let presence = record.presence else {
      (online, capabilities, object, personal) = (ByteBuffer(), 0, 0, 0)
      return
    }
    writer.buffer = ByteBuffer()
    writer.nln(presence)
    capabilities = writer.buffer.writerIndex
    writer.dialect = .msnp8
    writer.nln(presence)
    object = writer.buffer.writerIndex
    writer.dialect = .msnp9
    writer.nln(presence)
    personal = writer.buffer.writerIndex
    writer.ubx(presence.handle, presence.personal)
    online = writer.buffer
  }

  /// Writes what a watcher is told by lines of this detail.
  func write(_ sight: WatchList.Sight, showing detail: PresenceDetail, to buffer: inout ByteBuffer) {
    switch sight {
    case .nothingNew: break
    case .online: write(line(showing: detail), to: &buffer)
    case .onlineSaying: write(object..<online.writerIndex, to: &buffer)
    case .saying: write(personal..<online.writerIndex, to: &buffer)
    case .offline: add(offline, to: &buffer)
    }
  }

  private func line(showing detail: PresenceDetail) -> Range<Int> {
    switch detail {
    case .status: 0..<capabilities
    case .capabilities: capabilities..<object
    case .object, .personal: object..<personal
    }
  }

  private func write(_ range: Range<Int>, to buffer: inout ByteBuffer) {
    if let piece = online.getSlice(at: range.lowerBound, length: range.count) { add(piece, to: &buffer) }
  }

  /// Who is told nothing else is told by the memory that all share.
  private func add(_ piece: ByteBuffer, to buffer: inout ByteBuffer) {
    if buffer.readableBytes == 0 { buffer = piece } else { buffer.writeImmutableBuffer(piece) }
  }
}

extension LineWriter {
  mutating func nln(_ presence: Presence) {
    nln(presence.status, presence.handle, presence.name, presence.capabilities, presence.object)
  }

  mutating func iln(_ transaction: TransactionID, _ presence: Presence) {
    iln(
      transaction, presence.status, presence.handle, presence.name, presence.capabilities, presence.object)
  }
}
