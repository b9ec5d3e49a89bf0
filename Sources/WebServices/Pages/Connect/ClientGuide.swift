import MSNP

/// How one generation of clients is pointed here: what a page of `/connect` says, apart from how it looks.
struct ClientGuide: Sendable {
  /// One thing to do.
  struct Step: Sendable {
    var title: String
    var text: [String] = []
    /// What is to be copied as it is.
    var lines: [String] = []
    var download: PageFrame.Link?
    var notes: [String] = []
  }

  /// What keeps these clients from signing in to the service as it is set up now, and how its operator changes that.
  struct Obstacle: Hashable, Sendable {
    var cause: String
    var cure: String
  }

  /// The last part of its address.
  var slug: String
  var title: String
  /// One line for the list of all guides.
  var summary: String
  /// Which versions it is about, and how they sign in.
  var introduction: [String]
  var obstacles: [Obstacle] = []
  var steps: [Step] = []
  var notes: [String] = []
  /// TCP ports that must be open between the client and the service.
  var ports: [Int] = []
}

extension ClientGuide {
  /// Every guide, oldest client first.
  static func all(_ places: ServicePlaces) -> [ClientGuide] {
    [
      .msn1To4(places), .windowsMessenger(places), .messenger5To7(places), .messenger75(places), .explorer(places),
      .thirdParty(places), .others(places), .windowsLive,
    ]
  }
}
