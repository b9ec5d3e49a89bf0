import GRDB
import Store

/// The numbered steps from an empty file to the present schema. A step that was released never changes.
enum Schema {
  static func bringUpToDate(_ pool: DatabasePool) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration(Migration0001.name, migrate: Migration0001.run)
    migrator.registerMigration(Migration0002.name, migrate: Migration0002.run)
    migrator.registerMigration(Migration0003.name, migrate: Migration0003.run)
    migrator.registerMigration(Migration0004.name, migrate: Migration0004.run)
    guard try !pool.read(migrator.hasBeenSuperseded) else {
      throw StoreFailure("\(pool.path) was written by a newer version of the service")
    }
    try migrator.migrate(pool)
  }
}
