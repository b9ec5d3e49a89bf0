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

  /// Calls `body` with a column's text, which is valid during the call; nil for NULL.
  fileprivate func read<Value>(
    _ row: Int32, _ column: Int32, _ body: (UnsafeRawBufferPointer) -> Value?
  ) -> Value? {
    guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else { return nil }
    return body(UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column))))
  }
}

/// One row of a result, read by column number.
package struct Row: Sendable {
  fileprivate let result: QueryResult
  fileprivate let number: Int32

  package func optionalText(_ column: Int32) -> String? {
    read(column) { String(decoding: $0, as: UTF8.self) }
  }

  /// Calls `body` with a column's text, which is valid during the call; nil for NULL.
  func read<Value>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Value?) -> Value? {
    result.read(number, column, body)
  }

  package func isNull(_ column: Int32) -> Bool { read(column) { _ in true } == nil }

  package func text(_ column: Int32) throws(StoreFailure) -> String {
    guard let text = optionalText(column) else { throw StoreFailure("column \(column) is empty") }
    return text
  }

  package func integer<Value: FixedWidthInteger>(_ column: Int32, as type: Value.Type = Value.self) throws(StoreFailure)
    -> Value
  {
    // Without a string in between: of what a roster's rows hold, half is numbers.
    if let number = read(column, Decimal.number), let value = Value(exactly: number) { return value }
    let text = try text(column)
    guard let value = Value(text) else { throw StoreFailure("'\(text)' in the store is not a number") }
    return value
  }

  package func isTrue(_ column: Int32) -> Bool {
    read(column) { $0.elementsEqual(CollectionOfOne(UInt8(ascii: "t"))) } ?? false
  }

  /// Nil for NULL.
  package func bytes(_ column: Int32) throws(StoreFailure) -> [UInt8]? {
    guard let literal = optionalText(column) else { return nil }
    guard let bytes = Hexadecimal.bytes(literal) else { throw StoreFailure("column \(column) is not bytea") }
    return bytes
  }

  /// An array of numbers, as in `{1,2,3}`.
  package func integers(_ column: Int32) throws(StoreFailure) -> [Int64] {
    guard !isNull(column) else { throw StoreFailure("column \(column) is empty") }
    guard let numbers = read(column, Decimal.numbers) else {
      throw StoreFailure("column \(column) is not an array of numbers")
    }
    return numbers
  }
}

/// Numbers as PostgreSQL writes them.
private enum Decimal {
  /// Nil for what is no number of 64 bits.
  static func number(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let first = isNegative ? 1 : 0
    // Eighteen digits always fit. Longer ones are rare enough for the standard library.
    guard bytes.count > first, bytes.count - first <= 18 else {
      return Int64(String(decoding: bytes, as: UTF8.self))
    }
    var value: Int64 = 0
    for index in first..<bytes.count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int64(digit)
    }
    return isNegative ? -value : value
  }

  /// From `{1,2,3}`.
  static func numbers(_ bytes: UnsafeRawBufferPointer) -> [Int64]? {
    var numbers: [Int64] = []
    var first = 1
    for index in bytes.indices.dropFirst() where index == bytes.count - 1 || bytes[index] == UInt8(ascii: ",") {
      defer { first = index + 1 }
      guard index > first else { continue }
      guard let number = number(UnsafeRawBufferPointer(rebasing: bytes[first..<index])) else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}
