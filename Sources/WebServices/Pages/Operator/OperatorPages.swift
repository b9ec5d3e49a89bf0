import Hummingbird
import Logging
import MSNP
import Store

/// What who administers the service does on its pages. Everything is logged with who did it.
struct OperatorPages {
  let frame: PageFrame

  func add(to routes: inout Routes) {
    OperatorNodes(frame: frame).add(to: &routes)
    OperatorSessions(frame: frame).add(to: &routes)
    OperatorPeople(frame: frame).add(to: &routes)
    OperatorPassword(frame: frame).add(to: &routes)
    OperatorInvitations(frame: frame).add(to: &routes)
    OperatorNews(frame: frame).add(to: &routes)
  }
}

/// What is asked before something ends.
struct Question {
  var title: String
  var text: String
  /// Where the answer goes, and with which fields.
  var action: String
  var fields: [(name: String, value: String)]
  /// The words of the button that does it.
  var button: String
  /// Where whoever does not want it goes back to.
  var back: String
}

extension PageFrame {
  /// Asks before something is done. The form comes again with the field `sure`.
  func ask(_ question: Question, _ visitor: Visitor) -> Response {
    struct Content {
      struct Field {
        var name: String
        var value: String
      }

      var token: String
      var text: String
      var action: String
      var fields: [Field]
      var button: String
      var back: String
    }
    return page(
      question.title, "confirm",
      Content(
        token: visitor.secret.formToken, text: question.text, action: question.action,
        fields: question.fields.map { Content.Field(name: $0.name, value: $0.value) }, button: question.button,
        back: question.back),
      for: visitor)
  }

  /// Notes what an administrator did, and to whom.
  func note(_ deed: String, _ subject: String = "", by visitor: Visitor) {
    var metadata: Logger.Metadata = ["administrator": "\(visitor.member?.handle.text ?? "?")"]
    if !subject.isEmpty { metadata["subject"] = "\(subject)" }
    services.logger.notice("an administrator \(deed)", metadata: metadata)
  }
}

extension PageForm {
  /// Whether the question was answered with yes.
  var isSure: Bool { self["sure"] == "yes" }
}

extension CivilDate {
  /// A moment for people, given in seconds since 1970: `2010-07-24 10:00`.
  static func pageText(_ seconds: Int64) -> String {
    String(momentText(seconds).replacing("T", with: " ").dropLast(3))
  }
}
