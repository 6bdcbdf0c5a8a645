package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.imports.splits.SplitRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options that do not fit each other or the log: all told at once, before anything is written. */
class BadOptionsTest {
  @TempDir Path temp;
  private ImportFolder folder;
  private Path log;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
    log = folder.file("log.csv", "user,item,time", "u,a,1", "u,b,2", "u,c,3");
  }

  @Test
  void missingFiles() {
    folder
        .assertUsage(folder.table(temp.resolve("absent.csv")))
        .hasMessageContaining("--from " + temp.resolve("absent.csv") + ": there is no such file");
    folder
        .assertUsage(folder.table(log).items("absent.csv"))
        .hasMessageContaining("--items absent.csv: there is no such file")
        .hasMessageContaining(temp.toString());
    folder
        .assertUsage(folder.table(log).join("orders.csv"))
        .hasMessageContaining("--join orders.csv");
    folder
        .assertUsage(folder.table(log).tree("parents:tree.csv:item"))
        .hasMessageContaining("--tree tree.csv");
  }

  @Test
  void aTargetThatExists() throws IOException {
    Files.createDirectories(folder.target());
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.target() + " already exists");
    assertThat(folder.target()).isEmptyDirectory();
  }

  @Test
  void oddNamesAreQuotedInConditionsAndExpressionsAlone() throws IOException {
    Path odd =
        folder.file(
            "odd.csv",
            "\"Kd.-Nr.\",\"say \"\"x\"\"\",order,time",
            "A,1,c,1",
            "A,2,d,2",
            "A,3,e,3",
            "b,4,e,4");
    ImportRequest.Builder log =
        ImportRequest.builder(ImportFormat.TABLE, odd, folder.target())
            .column("item", "order")
            .column("time", "time");
    folder
        .assertUsage(log.column("user", "lower(Kd.-Nr.)").where("order <> 'c'").where("time > ]"))
        .hasMessageContaining("In SQL the column Kd.-Nr. is written \"Kd.-Nr.\"")
        .hasMessageContaining("In SQL the column order is written \"order\"")
        .hasMessageNotContaining("the column time is written");
    for (String elsewhere :
        List.of(
            "item > 3 time < 2", "\"Kd.-Nr.\" > 3 item", "Größe > fo", "foo > 1", "'order' > ]")) {
      Path plain = folder.file("plain.csv", "Kd.-Nr.,item,time,Größe,1,order", "A,1,1,2,3,4");
      folder
          .assertUsage(
              ImportRequest.builder(ImportFormat.TABLE, plain, folder.target())
                  .column("user", "Kd.-Nr.")
                  .column("item", "item")
                  .where(elsewhere))
          .hasMessageContaining("the columns are")
          .hasMessageNotContaining("In SQL the column");
    }
    folder.run(
        ImportRequest.builder(ImportFormat.TABLE, odd, folder.target())
            .column("user", "Kd.-Nr.")
            .column("item", "lower(\"order\")")
            .column("weight", "say \"x\"")
            .column("time", "time")
            .where("\"Kd.-Nr.\" <> 'b'")
            .where("\"say \"\"x\"\"\" > 0 AND \"order\" IS NOT NULL"));
    assertThat(folder.target()).isDirectoryContaining("glob:**dataset.json");
  }

  /** Columns named like words of SQL: the option as it is to be given stands in the message. */
  @Test
  void wordsOfSqlAreQuotedWhereThatHelps() {
    Path words =
        folder.file(
            "words.csv",
            "user,item,at,end,Order,date",
            "A,1,1,1,c,2",
            "A,2,2,1,d,3",
            "A,3,3,1,e,4");
    Map<String, String> told = new LinkedHashMap<>();
    told.put(
        "at NOT LIKE '2024%'",
        ". In SQL the column at is written \"at\": --where \"\\\"at\\\" NOT LIKE '2024%'\"");
    told.put(
        "at > date AND order < 3",
        ". In SQL the column at is written \"at\", the column Order is written \"Order\": --where"
            + " '\"at\" > date AND \"Order\" < 3'");
    told.put(
        "CASE WHEN end > 3 THEN 1 END = 1",
        "written \"end\": --where 'CASE WHEN \"end\" > 3 THEN 1 END = 1'");
    told.put("at::date > date '2024-01-01'", ": --where \"\\\"at\\\"::date > date '2024-01-01'\"");
    for (Map.Entry<String, String> each : told.entrySet()) {
      folder.assertUsage(words(words).where(each.getKey())).hasMessageContaining(each.getValue());
    }
    folder
        .assertUsage(words(words).column("weight", "at + 1"))
        .hasMessageContaining(": --column 'weight=\"at\" + 1'");
    for (String useless : List.of("at > ]", "'at' > ]", "\"at\" > ]", "att > ]", "item > 1 end")) {
      folder
          .assertUsage(words(words).where(useless))
          .hasMessageContaining("the columns are")
          .hasMessageNotContaining("In SQL the column");
    }
    folder.run(words(words).where("\"at\" NOT LIKE '2024%'").column("weight", "\"at\" + 1"));
    assertThat(folder.target()).isDirectoryContaining("glob:**dataset.json");
  }

  private ImportRequest.Builder words(Path file) {
    return ImportRequest.builder(ImportFormat.TABLE, file, folder.target())
        .column("user", "user")
        .column("item", "item")
        .column("time", "at");
  }

  @Test
  void missingColumnsAreToldAllAtOnceWithThoseThereAre() {
    folder
        .assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "customer")
                .column("item", "item")
                .column("time", "date + 1")
                .context("geo")
                .where("amount > 0")
                .itemName("title")
                .userFeature("categorical:country")
                .tree("top>sub"))
        .hasMessageContaining(
            "--column user: log.csv has no column 'customer'; it has [user, item, time]")
        .hasMessageContaining("--column time: 'date + 1' is neither a column nor an SQL expression")
        .hasMessageContaining("--context geo: log.csv has no column 'geo'")
        .hasMessageContaining("--where 'amount > 0' is not an SQL condition")
        .hasMessageContaining("--item-name: log.csv has no column 'title'")
        .hasMessageContaining("--user-feature: log.csv has no column 'country'")
        .hasMessageContaining("--tree: log.csv has no column 'top'");
  }

  @Test
  void columnsMissingFromSideFiles() {
    folder.file("items.csv", "item,title", "a,Apple");
    folder
        .assertUsage(folder.table(log).items("items.csv").itemFeature("numeric:price"))
        .hasMessageContaining(
            "--item-feature: neither items.csv (columns [item, title]) nor the log log.csv (columns"
                + " [user, item, time]) has [price]");
    folder
        .assertUsage(
            folder
                .table(log)
                .items("items.csv")
                .itemName("titel")
                .itemFeature("low=categorical:lower(titel)")
                .tree("titel>itme"))
        .hasMessageContaining("--item-name: neither items.csv")
        .hasMessageContaining("has [titel] (did you mean 'title'?)")
        .hasMessageContaining("--item-feature: 'lower(titel)' is neither a column nor an SQL")
        .hasMessageContaining("'titel' is no column (did you mean 'title'?)")
        .hasMessageContaining("[titel, itme] (did you mean 'title'?) (did you mean 'item'?)");
    folder
        .assertUsage(folder.table(log).items("items.csv").itemKey("sku"))
        .hasMessageContaining("--item-key: items.csv has no column 'sku'; it has [item, title]");
  }

  @Test
  void rolesThatAreNotGiven() {
    folder
        .assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target()).column("user", "user"))
        .hasMessageContaining("item column is not named; give --column item=COLUMN")
        .hasMessageContaining("[user, item, time]");
    folder
        .assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "sku"))
        .hasMessageContaining("--column item: log.csv has no column 'sku'")
        .hasMessageNotContaining("is not named");
    folder
        .assertUsage(
            ImportRequest.builder(ImportFormat.BASKETS, log, folder.target())
                .column("item", "item"))
        .hasMessageContaining("import baskets needs --column request=COLUMN");
  }

  @Test
  void optionsThatCannotBeAreToldAllAtOnce() {
    assertThatThrownBy(
            () ->
                folder
                    .table(log)
                    .column("uesr", "user")
                    .column("position", "time")
                    .column("request", "user")
                    .sessionGap(0)
                    .maxBadRows(-1)
                    .itemTokens(-5)
                    .timeUnit("fortnights")
                    .context("a b")
                    .itemFeature("text:title")
                    .userFeature("country")
                    .tree("a>>b")
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown role 'uesr'; allowed: [user, item, request,")
        .hasMessageContaining("(did you mean 'user'?)")
        .hasMessageContaining("--column time and --column position exclude each other")
        .hasMessageContaining("leave out --column request or --session-gap")
        .hasMessageContaining("--session-gap is 0; allowed: 1 and up")
        .hasMessageContaining("--max-bad-rows is -1; allowed: 0 and up")
        .hasMessageContaining("--item-tokens is -5")
        .hasMessageContaining("--time-unit is 'fortnights'; allowed: [seconds,")
        .hasMessageContaining("--context is 'a b'")
        .hasMessageContaining("--item-feature is 'text:title'")
        .hasMessageContaining("--user-feature is 'country'")
        .hasMessageContaining("--tree is 'a>>b'");
  }

  @Test
  void aFeatureCannotBeCalledId() {
    assertThatThrownBy(() -> FeatureOption.parse("--item-feature", "numeric:id"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--item-feature is 'numeric:id', a feature called 'id', which in settings means who or"
                + " what a row is of; allowed: another name, as in NAME=numeric:id");
    assertThatThrownBy(() -> FeatureOption.parse("--user-feature", "id=numeric:age"))
        .hasMessageContaining("as in NAME=numeric:age");
    assertThat(FeatureOption.parse("--item-feature", "number=numeric:id").name())
        .isEqualTo("number");
  }

  @Test
  void splitsThatDoNotFitTheLog() {
    folder
        .assertUsage(folder.table(log).split(new SplitRule.Given(0.1)))
        .hasMessageContaining("--split given needs --column split=COLUMN");
    folder
        .assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "item")
                .column("position", "time")
                .split(new SplitRule.Time(0.1)))
        .hasMessageContaining("a position only orders rows");
  }

  @Test
  void conditionsThatFailOnARow() {
    folder
        .assertBadData(folder.table(log).where("CAST(item AS INTEGER) > 0"))
        .hasMessageContaining("log.csv cannot be read with these options")
        .hasMessageContaining("'a' of column item is not a whole number");
  }

  /** Kind: a context of such a name would be shadowed by what every data set has. */
  @ParameterizedTest
  @ValueSource(strings = {"time=hour", "user", "item=place:categorical", "request", "weight"})
  void contextsAreNotCalledWhatEveryDataSetHas(String context) {
    assertThatThrownBy(() -> folder.run(folder.table(folder.log()).context(context)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--context is '" + context + "'")
        .hasMessageContaining("[user, item, request, time, weight]");
  }

  @Test
  void anExpressionThatFailsOnARowIsNamed() {
    folder
        .assertBadData(folder.table(log).where("item <> ''").where("CAST(user AS DATE) > '2023'"))
        .hasMessageContaining(
            "log.csv cannot be read with these options: --where 'CAST(user AS DATE) > '2023''"
                + " fails");
    ImportRequest.Builder cast =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
            .column("user", "user")
            .column("item", "CAST(item AS INTEGER)");
    folder
        .assertBadData(cast)
        .hasMessageContaining("--column item='CAST(item AS INTEGER)' fails on a row");
  }

  @Test
  void optionsOfWhichOneWouldBeLost() {
    folder
        .assertUsage(
            folder.table(log).itemFeature("f=numeric:time").itemFeature("f=categorical:user"))
        .hasMessageContaining("have one name")
        .hasMessageContaining("NAME=categorical:user");
    folder
        .assertUsage(folder.table(log).itemKey("sku"))
        .hasMessageContaining("--item-key sku is a column of a file about items");
    folder.assertUsage(folder.table(log).userKey("who")).hasMessageContaining("--users FILE");
    folder
        .assertUsage(folder.table(log).column("split", "item").split(new SplitRule.Time(0.3)))
        .hasMessageContaining("--column split=item is the log's own split")
        .hasMessageContaining("--split time:0.3");
  }

  /** What would silently change nothing was meant to change something. */
  @Test
  void optionsOfCsvFilesWithoutAny() {
    Path json =
        folder.file(
            "log.json",
            "{\"user\":\"u\",\"item\":\"a\",\"time\":1}",
            "{\"user\":\"u\",\"item\":\"b\",\"time\":2}",
            "{\"user\":\"u\",\"item\":\"c\",\"time\":3}");
    folder
        .assertUsage(folder.table(json).delimiter(";").encoding("latin-1").header(false))
        .hasMessageContaining("--delimiter: received ';'; it says how csv files are written")
        .hasMessageContaining("--encoding: received 'latin-1'")
        .hasMessageContaining("--no-header: ")
        .hasMessageContaining("(log.json); leave it out");
    folder.file("items.csv", "item;title", "a;A", "b;B", "c;C");
    folder.run(folder.table(json).items("items.csv").itemName("title").delimiter(";"));
  }

  @Test
  void aUnitOfTimesThatNeedNone() {
    folder
        .assertUsage(folder.table(log).timeFormat("%s").timeUnit("milliseconds"))
        .hasMessageContaining("--time-unit: received 'milliseconds'; --time-format says");
    folder
        .assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "item")
                .column("position", "time")
                .timeUnit("microseconds"))
        .hasMessageContaining("--time-unit: received 'microseconds'; there is no --column time");
    folder
        .assertUsage(
            ImportRequest.builder(ImportFormat.TABLE, log, folder.target())
                .column("user", "user")
                .column("item", "item")
                .column("time", "to_timestamp(time)")
                .timeUnit("milliseconds"))
        .hasMessageContaining("the times are of type TIMESTAMP WITH TIME ZONE");
  }

  @Test
  void usersAndItemsAreNotOneColumn() {
    assertThatThrownBy(
            () ->
                folder.run(
                    ImportRequest.builder(ImportFormat.TABLE, folder.log(), folder.target())
                        .column("user", "user")
                        .column("item", "user")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--column user and --column item both name 'user'");
  }
}
