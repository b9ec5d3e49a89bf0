/// libFuzzer's own loop: calls back with one input after the other until a crash or a limit ends it.
@_silgen_name("LLVMFuzzerRunDriver")
private func LLVMFuzzerRunDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Runs a fuzz target with the arguments of the program. Each target's program begins with
///
///     @_cdecl("FuzzFraming_main")
///     func main(_ count: Int32, _ arguments: ProgramArguments) -> Int32 {
///       fuzz(count, arguments) { bytes, size in ... }
///     }
///
/// under the name `<target>_main`, because SwiftPM links that symbol as the program's entry.
public func fuzz(
  _ count: Int32, _ arguments: ProgramArguments, _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32 {
  var count = count
  var arguments = arguments
  return LLVMFuzzerRunDriver(&count, &arguments, test)
}

/// `argv` of a C program.
public typealias ProgramArguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?

/// Ends the program as a crash that libFuzzer records, when something that must always hold does not.
public func hold(_ condition: Bool, _ what: @autoclosure () -> String) {
  guard !condition else { return }
  fatalError("does not hold: \(what())")
}
