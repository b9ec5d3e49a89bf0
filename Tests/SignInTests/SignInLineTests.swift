import Testing

@testable import SignIn

@Suite("The line at the door")
struct SignInLineTests {
  @Test("one at a time for each account and each address, in order of arrival")
  func order() {
    var line = SignInLine<Int>(width: 8, length: 8)
    let answer1 = line.join(1, keys: ["alice", "x"])
    #expect(answer1 == .turn)
    let answer2 = line.join(2, keys: ["alice", "y"])
    #expect(answer2 == .wait)
    let answer3 = line.join(3, keys: ["bob", "x"])
    #expect(answer3 == .wait)
    let answer4 = line.join(4, keys: ["carol", "z"])
    #expect(answer4 == .turn)
    // Who shares a key with somebody who waits does not overtake.
    let answer5 = line.join(5, keys: ["dave", "y"])
    #expect(answer5 == .wait)
    let answer6 = line.leave(keys: ["carol", "z"])
    #expect(answer6 == [])
    let answer7 = line.leave(keys: ["alice", "x"])
    #expect(answer7 == [2, 3])
    let answer8 = line.leave(keys: ["alice", "y"])
    #expect(answer8 == [5])
  }

  @Test("so many are served, so many wait, the rest is told")
  func bounds() {
    var line = SignInLine<Int>(width: 2, length: 1)
    let answer9 = line.join(1, keys: ["a"])
    #expect(answer9 == .turn)
    let answer10 = line.join(2, keys: ["b"])
    #expect(answer10 == .turn)
    let answer11 = line.join(3, keys: ["c"])
    #expect(answer11 == .wait)
    let answer12 = line.join(4, keys: ["d"])
    #expect(answer12 == .full)
    let answer13 = line.leave(keys: ["a"])
    #expect(answer13 == [3])
    let answer14 = line.join(5, keys: ["e"])
    #expect(answer14 == .wait)
  }
}
