package dev.twotower.data.imports;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.csv.CsvFile.Dialect;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.SourceTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The MovieLens folders: ml-100k ({@code u.data}, with {@code u.item} and {@code u.user}), ml-1m
 * and ml-10m ({@code ratings.dat}, with {@code movies.dat} and {@code users.dat}), and those of csv
 * files ({@code ratings.csv}, with {@code movies.csv}). The log's columns are user, item, rating,
 * time; every rating is an interaction, {@code --where "rating >= 4"} keeps the good ones, {@code
 * --column weight=rating} weighs rows by them. Items have the features {@code genres} and {@code
 * year}, users {@code age} (a number, ml-100k only), {@code age_group}, {@code gender}, {@code
 * occupation}, as far as the folder has them.
 */
final class MovieLensFormat {
  private static final List<String> LOG = List.of("user", "item", "rating", "time");
  private static final List<String> LOGS = List.of("u.data", "ratings.dat", "ratings.csv");

  /** Our names of the columns of ratings.csv and movies.csv, in any order. */
  private static final Map<String, String> LOG_HEADER =
      Map.of("userId", "user", "movieId", "item", "rating", "rating", "timestamp", "time");

  private static final Map<String, String> MOVIES_HEADER =
      Map.of("movieId", "item", "title", "title", "genres", "genres");

  /** The flags of u.item, in the order of u.genre. */
  private static final List<String> GENRES =
      List.of(
          "unknown",
          "Action",
          "Adventure",
          "Animation",
          "Children's",
          "Comedy",
          "Crime",
          "Documentary",
          "Drama",
          "Fantasy",
          "Film-Noir",
          "Horror",
          "Musical",
          "Mystery",
          "Romance",
          "Sci-Fi",
          "Thriller",
          "War",
          "Western");

  private static final String YEAR_IN_TITLE =
      "nullif(regexp_extract(title, '\\(([0-9]{4})\\)\\s*$', 1), '')";

  /** The groups of ml-1m, whose ages are the first year of each. */
  private static final String AGE_GROUP =
      "age_group=categorical:CASE WHEN age < 18 THEN 'under 18' WHEN age < 25 THEN '18-24' WHEN age"
          + " < 35 THEN '25-34' WHEN age < 45 THEN '35-44' WHEN age < 50 THEN '45-49' WHEN age < 56"
          + " THEN '50-55' WHEN age >= 56 THEN '56+' END";

  private MovieLensFormat() {}

  static ImportPlan plan(ImportRequest request, QuerySession session, SourceOpener opener) {
    Path log = log(request.from());
    SourceTable opened;
    Preset preset;
    switch (log.getFileName().toString()) {
      case "u.data" -> {
        opened = opener.csv(log, Dialect.plain("\t", "utf-8", LOG));
        preset = small(opener);
      }
      case "ratings.dat" -> {
        opened = opener.csv(log, Dialect.plain("::", "utf-8", LOG));
        preset = dat(opener);
      }
      default -> {
        opened = byHeader(opener, log, LOG_HEADER);
        preset = csv(opener);
      }
    }
    return TableFormat.plan(request, session, opener, opened, preset);
  }

  private static Path log(Path from) {
    List<Path> candidates = new ArrayList<>();
    if (Files.isDirectory(from)) {
      LOGS.forEach(name -> candidates.add(from.resolve(name)));
    } else if (LOGS.contains(from.getFileName().toString())) {
      candidates.add(from);
    }
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--from %s is not a MovieLens log; allowed: a folder with one of %s, or that file"
                        .formatted(from, LOGS)));
  }

  private static Preset small(SourceOpener opener) {
    List<String> columns = new ArrayList<>(List.of("item", "title", "release", "video", "url"));
    List<String> flags = new ArrayList<>();
    for (int genre = 0; genre < GENRES.size(); genre++) {
      columns.add("genre" + genre);
      flags.add(
          "CASE WHEN genre%d = 1 THEN %s END"
              .formatted(genre, QuerySession.literal(GENRES.get(genre))));
    }
    return preset(
        open(opener, "u.user", "|", List.of("user", "age", "gender", "occupation", "zip")),
        List.of("numeric:age", AGE_GROUP, "categorical:gender", "categorical:occupation"),
        open(opener, "u.item", "|", columns),
        List.of(
            "genres=multi:concat_ws('|', " + String.join(", ", flags) + ")",
            "year=categorical:coalesce(" + YEAR_IN_TITLE + ", right(release, 4))"));
  }

  private static Preset dat(SourceOpener opener) {
    return preset(
        open(opener, "users.dat", "::", List.of("user", "gender", "age", "occupation", "zip")),
        List.of(AGE_GROUP, "categorical:gender", "categorical:occupation"),
        open(opener, "movies.dat", "::", List.of("item", "title", "genres")),
        List.of("multi:genres", "year=categorical:" + YEAR_IN_TITLE));
  }

  private static Preset csv(SourceOpener opener) {
    Path movies = opener.folder().resolve("movies.csv");
    return preset(
        null,
        List.of(),
        Files.isRegularFile(movies) ? byHeader(opener, movies, MOVIES_HEADER) : null,
        List.of(
            "genres=multi:nullif(genres, '(no genres listed)')",
            "year=categorical:" + YEAR_IN_TITLE));
  }

  /**
   * Opens a csv whose header says which column is which.
   *
   * @throws BadDataException when it lacks one
   */
  private static SourceTable byHeader(SourceOpener opener, Path file, Map<String, String> header) {
    SourceTable table = opener.csv(file, Dialect.withHeader(",", "utf-8"));
    Map<String, String> names = new LinkedHashMap<>();
    for (String column : new TreeSet<>(header.keySet())) {
      QuerySession.Column found = table.find(column);
      found = found == null ? table.find(header.get(column)) : found;
      if (found == null) {
        throw new BadDataException(
            "%s has no column '%s'; its first line has %s; a MovieLens file has %s, in any order"
                .formatted(
                    file,
                    column,
                    BadRow.shortened(table.columnNames().toString()),
                    new TreeSet<>(header.keySet())));
      }
      if (!found.name().equals(header.get(column))) {
        names.put(found.name(), header.get(column));
      }
    }
    return table.renamed(names);
  }

  private static SourceTable open(
      SourceOpener opener, String name, String delimiter, List<String> columns) {
    Path file = opener.folder().resolve(name);
    return Files.isRegularFile(file)
        // Latin-1 up to ml-1m, UTF-8 from ml-10m on.
        ? opener.csv(
            file, Dialect.plain(delimiter, opener.isUtf8(file) ? "utf-8" : "latin-1", columns))
        : null;
  }

  private static Preset preset(
      SourceTable users, List<String> userFeatures, SourceTable items, List<String> itemFeatures) {
    return Preset.of(Map.of("user", "user", "item", "item", "time", "time"))
        .withUsers(Preset.Side.of(users, "user", null, userFeatures))
        .withItems(Preset.Side.of(items, "item", "title", itemFeatures));
  }
}
