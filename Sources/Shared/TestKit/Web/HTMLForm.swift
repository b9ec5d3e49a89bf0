/// A form of a page, with what stands in its fields.
public struct HTMLForm: Sendable {
  public struct Field: Hashable, Sendable {
    /// `text`, `password`, `hidden`, `checkbox`, `radio`, `file`, `submit`, `select`, `textarea`.
    public var type: String
    public var name: String
    public var value: String
    /// What the page calls it; nil for a field that nothing labels.
    public var label: String?
    /// Of boxes.
    public var isChecked = false
    /// Of select lists.
    public var options: [Option] = []
    fileprivate var id: String?
  }

  public struct Option: Hashable, Sendable {
    public var value: String
    public var text: String
  }

  public var action: String
  public var method: String
  public var isMultipart: Bool
  public var fields: [Field] = []

  /// What it is sent with; the first is what the return key presses.
  public var buttons: [Field] { fields.filter { $0.type == "submit" } }

  static func forms(in tokens: [HTMLToken]) -> [HTMLForm] {
    var builder = Builder()
    for token in tokens { builder.take(token) }
    return builder.forms
  }

  private struct Builder {
    var forms: [HTMLForm] = []
    private var form: HTMLForm?
    private var labels: [String: String] = [:]
    private var label: (id: String, text: String)?
    private var field: Field?
    private var option: Option?
    private var isOptionSelected = false

    mutating func take(_ token: HTMLToken) {
      switch token {
      case .start("form", let attributes):
        form = HTMLForm(
          action: attributes["action"] ?? "", method: (attributes["method"] ?? "get").lowercased(),
          isMultipart: attributes["enctype"] == "multipart/form-data")
      case .end("form"): endForm()
      case .start("label", let attributes): label = attributes["for"].map { ($0, "") }
      case .end("label"):
        if let label { labels[label.id] = label.text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        label = nil
      case .start("input", let attributes): form?.fields.append(Builder.input(attributes))
      case .start(let name, let attributes) where name == "select" || name == "textarea":
        field = Field(
          type: name, name: attributes["name"] ?? "", value: "", label: nil, isChecked: false, options: [],
          id: attributes["id"])
      case .end(let name) where name == "select" || name == "textarea": endField()
      case .start("option", let attributes):
        option = Option(value: attributes["value"] ?? "", text: "")
        isOptionSelected = attributes["selected"] != nil
      case .end("option"): endOption()
      case .text(let text): add(text)
      case .start, .end, .other: break
      }
    }

    private static func input(_ attributes: [String: String]) -> Field {
      let type = (attributes["type"] ?? "text").lowercased()
      let standard = type == "checkbox" ? "on" : ""
      return Field(
        type: type, name: attributes["name"] ?? "", value: attributes["value"] ?? standard, label: nil,
        isChecked: attributes["checked"] != nil, options: [], id: attributes["id"])
    }

    private mutating func add(_ text: String) {
      label?.text += text
      if option != nil {
        option?.text += text
      } else if field?.type == "textarea" {
        field?.value += text
      }
    }

    /// The first option of a list is chosen unless another one says so.
    private mutating func endOption() {
      guard let option else { return }
      if isOptionSelected || field?.options.isEmpty == true { field?.value = option.value }
      field?.options.append(option)
      self.option = nil
    }

    private mutating func endField() {
      guard var field else { return }
      // The line end behind the tag is none of the text's.
      if field.type == "textarea", field.value.hasPrefix("\n") { field.value.removeFirst() }
      form?.fields.append(field)
      self.field = nil
    }

    private mutating func endForm() {
      guard var form else { return }
      for index in form.fields.indices { form.fields[index].label = form.fields[index].id.flatMap { labels[$0] } }
      forms.append(form)
      self.form = nil
    }
  }
}
