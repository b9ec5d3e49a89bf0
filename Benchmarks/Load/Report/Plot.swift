import Foundation

/// A curve with its spread, as SVG.
struct Plot {
  var title: String
  var x: String
  var y: String
  var points: [(x: Double, y: Spread)]

  private static let (width, height, left, bottom, top, right) = (640.0, 360.0, 70.0, 50.0, 40.0, 20.0)

  var svg: String {
    let last = points.last?.x ?? 1
    let highest = (points.map(\.y.highest).max() ?? 1) * 1.1
    func across(_ value: Double) -> Double { Self.left + value / last * (Self.width - Self.left - Self.right) }
    func up(_ value: Double) -> Double {
      Self.height - Self.bottom - value / highest * (Self.height - Self.bottom - Self.top)
    }
    func at(_ value: Double) -> String { String(format: "%.1f", value) }
    let line = points.map { "\(at(across($0.x))),\(at(up($0.y.median)))" }.joined(separator: " ")
    var marks = points.map { point in
      "<line x1=\"\(at(across(point.x)))\" y1=\"\(at(up(point.y.lowest)))\" x2=\"\(at(across(point.x)))\""
        + " y2=\"\(at(up(point.y.highest)))\" stroke=\"#1f4f8f\"/><circle cx=\"\(at(across(point.x)))\""
        + " cy=\"\(at(up(point.y.median)))\" r=\"3\" fill=\"#1f4f8f\"/>"
    }
    for step in 0...4 {
      let (value, place) = (highest / 4 * Double(step), last / 4 * Double(step))
      marks.append(
        "<text x=\"\(at(Self.left - 8))\" y=\"\(at(up(value) + 4))\" text-anchor=\"end\">\(Spread.number(value))</text>"
          + "<line x1=\"\(at(Self.left))\" y1=\"\(at(up(value)))\" x2=\"\(at(Self.width - Self.right))\""
          + " y2=\"\(at(up(value)))\" stroke=\"#d4dde9\"/>"
          + "<text x=\"\(at(across(place)))\" y=\"\(at(Self.height - Self.bottom + 18))\" text-anchor=\"middle\">"
          + "\(Spread.number(place))</text>")
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(Self.width))" height="\(Int(Self.height))" \
      font-family="sans-serif" font-size="12" fill="#1c2430">
      <rect width="100%" height="100%" fill="#fff"/>
      <text x="\(at(Self.left))" y="20" font-size="15">\(title)</text>
      <text x="\(at(Self.width / 2))" y="\(at(Self.height - 12))" text-anchor="middle">\(x)</text>
      <text transform="translate(16 \(at(Self.height / 2))) rotate(-90)" text-anchor="middle">\(y)</text>
      \(marks.joined(separator: "\n"))
      <polyline points="\(line)" fill="none" stroke="#1f4f8f" stroke-width="2"/>
      </svg>

      """
  }
}
