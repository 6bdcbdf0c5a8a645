package dev.twotower.data.duckdb;

import dev.twotower.data.disk.TemporaryFolder;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

/** Opens embedded databases in memory. */
public final class Database {
  /**
   * Names of the libraries that are unpacked: of DuckDB, and of the compression that Arrow uses.
   */
  private static final List<String> LIBRARIES = List.of("libduckdb_java", "libzstd-jni");

  private static boolean loaded;

  private Database() {}

  /**
   * A connection to a new, empty database.
   *
   * @throws SQLException when there is none to be had; the reason is the temporary folder where
   *     that is missing or cannot hold programs
   */
  public static Connection connect() throws SQLException {
    load();
    return DriverManager.getConnection("jdbc:duckdb:", new Properties());
  }

  private static synchronized void load() throws SQLException {
    if (loaded) {
      return;
    }
    TemporaryFolder folder = TemporaryFolder.ofThisProcess();
    try {
      folder.requireUsable();
      folder.removeAbandoned(LIBRARIES);
      DriverManager.getConnection("jdbc:duckdb:").close();
      folder.removeLoaded(LIBRARIES);
    } catch (IOException e) {
      throw new SQLException(e.getMessage(), e);
    }
    loaded = true;
  }
}
