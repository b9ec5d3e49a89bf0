// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets need libFuzzer's coverage in the code under test, which only unsafe flags give; a package with
// unsafe flags cannot be a dependency, so they exist only while MONARCH_FUZZ is set (Tests/Fuzz/run.sh).
let fuzzing = Context.environment["MONARCH_FUZZ"] != nil

// The same goes for the program whose instructions are counted (Benchmarks/count.sh): it looks inside the rooms, in
// release mode.
let counting = Context.environment["MONARCH_COUNT"] != nil

let strict: [SwiftSetting] =
  [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (fuzzing ? [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"])] : [])
  + (counting ? [.unsafeFlags(["-enable-testing"])] : [])

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")

func room(
  _ name: String, _ dependencies: [Target.Dependency], path: String, exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path, exclude: exclude, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)", resources: resources, swiftSettings: strict)
}

let package = Package(
  name: "monarch",
  products: [
    .executable(name: "monarch", targets: ["Monarch"]),
    .executable(name: "monarch-load", targets: ["monarch-load"]),
    .executable(name: "monarch-floor", targets: ["monarch-floor"]),
    .library(name: "TestKit", targets: ["TestKit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
  ],
  targets: [
    // The wire and the rules: no IO, no clock, no log.
    room("MSNP", [nioCore], path: "Sources/Shared/MSNP"),
    room("Roster", ["MSNP"], path: "Sources/Shared/Roster"),

    // What the roles share.
    room("Credentials", ["MSNP", nioCore, crypto, cryptoExtras], path: "Sources/Shared/Credentials"),
    room("Store", ["MSNP", "Roster", "Cluster"], path: "Sources/Shared/Store", exclude: ["SQLite", "PostgreSQL"]),
    room("SQLiteStore", ["MSNP", "Roster", "Store", grdb, sqlite], path: "Sources/Shared/Store/SQLite"),
    .systemLibrary(
      name: "CLibPQ", path: "Sources/Shared/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    room("PostgreSQL", ["MSNP", "Roster", "Store", "Cluster", "CLibPQ"], path: "Sources/Shared/PostgreSQL"),
    room(
      "PostgreSQLStore", ["MSNP", "Roster", "Store", "Cluster", "PostgreSQL"], path: "Sources/Shared/Store/PostgreSQL"),
    room("Cluster", ["MSNP", "Roster", crypto, nioCore], path: "Sources/Shared/Cluster", exclude: ["PostgreSQL"]),
    room(
      "PostgreSQLCluster", ["MSNP", "Roster", "Store", "Cluster", "PostgreSQL", "CLibPQ", crypto, logging],
      path: "Sources/Shared/Cluster/PostgreSQL"),
    room("ServerKit", ["MSNP", nioCore, nioPosix, nioHTTP, logging], path: "Sources/Shared/ServerKit"),

    room(
      "SignIn", ["MSNP", "Roster", "Store", "Credentials", nioCore, nioPosix, logging], path: "Sources/Shared/SignIn"),

    // The roles. None imports another.
    room(
      "DispatchServer", ["MSNP", "Cluster", "ServerKit", nioCore, logging], path: "Sources/Dispatch Server"),
    room(
      "NotificationServer",
      ["MSNP", "Roster", "Store", "Credentials", "Cluster", "ServerKit", "SignIn", nioCore, nioPosix, logging],
      path: "Sources/NotificationServer"),
    room(
      "WebServices",
      [
        "MSNP", "Roster", "Store", "Credentials", "Cluster", "ServerKit", "SignIn", hummingbird, hummingbirdCore,
        httpTypes, mustache, crypto, nioCore, nioPosix, nioHTTP, nioTLS, nioSSL, logging,
      ],
      path: "Sources/WebServices",
      // In the binary itself: it is installed alone.
      resources: [.embedInCode("Pages/Templates")]),
    room(
      "Switchboard", ["MSNP", "Roster", "Store", "Credentials", "Cluster", "ServerKit", nioCore, logging],
      path: "Sources/Switchboard"),

    .executableTarget(
      name: "Monarch",
      dependencies: [
        "MSNP", "Roster", "Store", "SQLiteStore", "PostgreSQLStore", "PostgreSQLCluster", "Credentials", "Cluster",
        "ServerKit", "SignIn", "DispatchServer", "NotificationServer", "Switchboard", "WebServices", arguments,
        configuration, crypto, cryptoExtras, x509, asn1, nioCore, nioPosix, nioHTTP, nioSSL, logging,
      ],
      path: "Sources/Monarch",
      swiftSettings: strict),

    .executableTarget(
      name: "monarch-load",
      dependencies: ["MSNP", "Credentials", "PostgreSQL", "Store", arguments, crypto, nioCore, nioPosix],
      path: "Benchmarks/Load",
      swiftSettings: strict),
    .executableTarget(
      name: "monarch-floor", dependencies: [arguments, nioCore, nioPosix], path: "Benchmarks/Floor",
      swiftSettings: strict),

    room(
      "TestKit",
      [
        "MSNP", "Roster", "Store", "SQLiteStore", "PostgreSQLStore", "PostgreSQL", "Credentials", "Cluster", crypto,
        grdb, nioCore,
      ],
      path: "Sources/Shared/TestKit"),

    tests("MSNPTests", ["MSNP", "TestKit", nioCore]),
    tests("RosterTests", ["Roster", "MSNP"]),
    tests("CredentialsTests", ["Credentials", "MSNP", crypto, nioCore]),
    tests(
      "StoreConformance",
      ["Store", "SQLiteStore", "PostgreSQLStore", "PostgreSQL", "Cluster", "Roster", "MSNP", "TestKit", grdb]),
    tests("ClusterTests", ["Cluster", "MSNP", "Roster", crypto, nioCore]),
    tests(
      "PostgreSQLClusterTests",
      [
        "PostgreSQLCluster", "PostgreSQLStore", "PostgreSQL", "Cluster", "Store", "MSNP", "Roster", "TestKit", crypto,
        logging,
      ]),
    tests("SignInTests", ["SignIn", "MSNP"]),
    tests(
      "WebServicesTests",
      [
        "WebServices", "SignIn", "MSNP", "Roster", "Store", "SQLiteStore", "Credentials", "Cluster", "ServerKit",
        "TestKit", hummingbird,
        hummingbirdCore, httpTypes, crypto, logging, nioCore, nioEmbedded, nioPosix, nioHTTP, nioSSL,
      ]),
    tests("ServerKitTests", ["ServerKit", "MSNP", nioCore, nioEmbedded, nioPosix, logging]),
    tests("DispatchServerTests", ["DispatchServer", "MSNP", "Cluster", "ServerKit", nioCore]),
    tests(
      "NotificationServerTests",
      [
        "NotificationServer", "SignIn", "MSNP", "Roster", "Store", "Credentials", "Cluster", "ServerKit", "TestKit",
        crypto, logging,
        nioCore, nioEmbedded, nioPosix,
      ]),
    tests(
      "SwitchboardTests",
      [
        "Switchboard", "MSNP", "Roster", "Store", "Credentials", "Cluster", "ServerKit", "TestKit", crypto, logging,
        nioCore, nioEmbedded,
      ]),
    tests(
      "MonarchTests",
      [
        "Monarch", "WebServices", "MSNP", "Roster", "Cluster", "Store", "SQLiteStore", "PostgreSQLStore", "PostgreSQL",
        "Credentials", "ServerKit", "TestKit", arguments, crypto, cryptoExtras, x509, asn1, nioCore, nioEmbedded,
        nioPosix, nioSSL,
      ]),
    tests(
      "ClusterPlays",
      ["MSNP", "Roster", "Store", "PostgreSQLStore", "PostgreSQL", "Credentials", "Cluster", "TestKit", crypto]),
    tests("BrowserTests", ["MSNP", "Store", "Credentials", "TestKit"]),
    tests(
      "Scenarios", ["MSNP", "Roster", "Store", "SQLiteStore", "Credentials", "TestKit", nioCore],
      resources: [.copy("Plays")]),
  ],
  swiftLanguageModes: [.v6]
)

if fuzzing {
  // libFuzzer brings its own loop; a target's `<name>_main` enters it (Tests/Fuzz/FuzzKit).
  func fuzzTarget(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
      name: name, dependencies: ["FuzzKit"] + dependencies, path: "Tests/Fuzz/\(name)",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])])
  }
  package.targets += [
    room("FuzzKit", ["MSNP", "ServerKit", nioCore], path: "Tests/Fuzz/FuzzKit"),
    fuzzTarget("FuzzFraming", ["MSNP", nioCore]),
    fuzzTarget("FuzzNotification", ["NotificationServer", "MSNP", "Roster", "Cluster", "ServerKit", nioCore]),
    fuzzTarget("FuzzBus", ["Cluster", "MSNP", "Roster", crypto, nioCore]),
    fuzzTarget("FuzzGateway", ["WebServices", nioCore]),
    fuzzTarget("FuzzSwitchboard", ["Switchboard", "Cluster", "MSNP", "ServerKit", nioCore]),
    fuzzTarget("FuzzPassport", ["WebServices", "MSNP", nioCore]),
    fuzzTarget("FuzzMarkup", ["WebServices", nioCore]),
    fuzzTarget("FuzzMultipart", ["WebServices", "MSNP", nioCore]),
    fuzzTarget("FuzzFront", ["WebServices", nioCore, nioEmbedded, nioHTTP]),
  ]
}

if counting {
  package.targets.append(
    .executableTarget(
      name: "monarch-count",
      dependencies: [
        "MSNP", "Roster", "Cluster", "Credentials", "ServerKit", "SignIn", "NotificationServer", "Switchboard",
        arguments, crypto, logging, nioCore, nioEmbedded,
      ],
      path: "Benchmarks/Count", swiftSettings: strict))
}
