import Mustache

/// The pages' templates, which are part of the binary.
struct Templates: Sendable {
  /// Read when the first page is asked for: most starts of a service on one machine are for something else, and this is a
  /// good part of one. A test reads them all, so there is nothing to refuse.
  static let ofBinary = try? Templates()

  private let library: MustacheLibrary

  /// Throws what is wrong with a template; those of the binary were all read by a test.
  init() throws {
    MustacheContentTypes.register(PageText(), named: PageText.name)
    var library = MustacheLibrary()
    for (name, bytes) in Templates.files {
      let text = "{{% CONTENT_TYPE: \(PageText.name)}}\n" + String(decoding: bytes, as: UTF8.self)
      library.register(try MustacheTemplate(string: text), named: name)
    }
    self.library = library
  }

  /// Every template by the name under which pages and other templates know it; one line for each file.
  static let files: [(name: String, bytes: [UInt8])] = [
    ("layout", PackageResources.layout_mustache),
    ("message", PackageResources.message_mustache),
    ("home", PackageResources.home_mustache),
    ("signin", PackageResources.signin_mustache),
    ("connect", PackageResources.connect_mustache),
    ("guide", PackageResources.guide_mustache),
    ("errors", PackageResources.errors_mustache),
    ("status", PackageResources.status_mustache),
    ("operator-menu", PackageResources.operator_menu_mustache),
    ("operator", PackageResources.operator_mustache),
    ("sessions", PackageResources.sessions_mustache),
    ("people", PackageResources.people_mustache),
    ("person", PackageResources.person_mustache),
    ("new-password", PackageResources.new_password_mustache),
    ("invitations", PackageResources.invitations_mustache),
    ("news", PackageResources.news_mustache),
    ("confirm", PackageResources.confirm_mustache),
    ("signup", PackageResources.signup_mustache),
    ("welcome", PackageResources.welcome_mustache),
    ("account", PackageResources.account_mustache),
    ("account-name", PackageResources.account_name_mustache),
    ("account-password", PackageResources.account_password_mustache),
    ("old-clients", PackageResources.old_clients_mustache),
    ("edit-profile", PackageResources.edit_profile_mustache),
    ("picture", PackageResources.picture_mustache),
    ("history", PackageResources.history_mustache),
    ("conversation", PackageResources.conversation_mustache),
    ("export", PackageResources.export_mustache),
    ("delete", PackageResources.delete_mustache),
    ("profile", PackageResources.profile_mustache),
    ("privacy", PackageResources.privacy_mustache),
  ]

  /// The page as text. What `content` holds is found by the names of its properties.
  func text(_ name: String, _ content: some Any) -> String { library.render(content, withTemplate: name) ?? "" }
}
