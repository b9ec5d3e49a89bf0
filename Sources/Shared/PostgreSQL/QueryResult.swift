internal import CLibPQ
import Store

/// What one statement brought: rows of optional texts.
///
/// `@unchecked Sendable`: libpq never changes a result once it has handed it out, reading one from several threads is
/// allowed by its manual, and only `deinit` frees it.
package final class QueryResult: @unchecked Sendable, RandomAccessCollection {
  private let result: OpaquePointer

  /// Takes the result over.
  package init(owning result: OpaquePointer) { self.result = result }

  deinit { PQclear(result) }

  package var startIndex: Int { 0 }
  package var endIndex: Int { Int(PQntuples(result)) }
  package subscript(position: Int) -> Row { Row(result: self, number: Int32(position)) }

  fileprivate func text(_ row: Int32, _ column: Int32) -> String? {
    guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else { return nil }
    let bytes = UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column)))
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// One row of a result, read by column number.
package struct Row: Sendable {
  fileprivate let result: QueryResult
  fileprivate let number: Int32

  package func optionalText(_ column: Int32) -> String? { result.text(number, column) }

  package func text(_ column: Int32) throws(StoreFailure) -> String {
    guard let text = optionalText(column) else { throw StoreFailure("column \(column) is empty") }
    return text
  }

  package func integer<Value: FixedWidthInteger>(_ column: Int32, as type: Value.Type = Value.self) throws(StoreFailure)
    -> Value
  {
    let text = try text(column)
    guard let value = Value(text) else { throw StoreFailure("'\(text)' in the store is not a number") }
    return value
  }

  package func isTrue(_ column: Int32) -> Bool { optionalText(column) == "t" }

  /// Nil for NULL.
  package func bytes(_ column: Int32) throws(StoreFailure) -> [UInt8]? {
    guard let literal = optionalText(column) else { return nil }
    guard let bytes = Hexadecimal.bytes(literal) else { throw StoreFailure("column \(column) is not bytea") }
    return bytes
  }

  /// An array of numbers, as in `{1,2,3}`.
  package func integers(_ column: Int32) throws(StoreFailure) -> [Int64] {
    var numbers: [Int64] = []
    for element in try text(column).utf8.dropFirst().dropLast().split(separator: UInt8(ascii: ",")) {
      guard let number = Int64(String(decoding: element, as: UTF8.self)) else {
        throw StoreFailure("column \(column) is not an array of numbers")
      }
      numbers.append(number)
    }
    return numbers
  }
}
