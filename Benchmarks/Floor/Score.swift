import Foundation
import NIOCore

/// What a real server answered to each line of a sign-in, in order.
///
/// A file of it holds for each line the answer's length in decimal on a line of its own, and the answer.
struct Score: Sendable {
  private(set) var answers: [ByteBuffer] = []

  init() {}

  init(path: String) throws {
    var bytes = ByteBuffer(bytes: try Data(contentsOf: URL(fileURLWithPath: path)))
    while let end = bytes.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
      guard let text = bytes.readString(length: end - bytes.readerIndex), let length = Int(text),
        bytes.readInteger(as: UInt8.self) != nil, let answer = bytes.readSlice(length: length)
      else { throw ScoreFailure(path: path) }
      answers.append(answer)
    }
    guard bytes.readableBytes == 0 else { throw ScoreFailure(path: path) }
  }

  struct ScoreFailure: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) is no score: write one with 'monarch-load record'" }
  }
}
