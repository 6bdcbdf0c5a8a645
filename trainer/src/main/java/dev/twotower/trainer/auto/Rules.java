package dev.twotower.trainer.auto;

import dev.twotower.data.message.Amount;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.falsenegatives.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The rules by which settings that are {@code auto} follow from the log (package description). */
public final class Rules {
  private static final double TEMPERATURE_OF_ONE_NAT = 0.15;

  /** Rows of a user from which the user is known as well as the log's users are. */
  private static final double ENOUGH_ROWS_OF_A_USER = 10;

  /** Items of a catalogue where {@link #TEMPERATURE_OF_ONE_NAT} holds. */
  private static final double KNOWN_CATALOGUE = 1000;

  private static final double LEAST_TEMPERATURE = 0.08;
  private static final double MOST_TEMPERATURE = 0.3;

  /** Times the loss's temperature times log(items), where an improbable positive has no pull. */
  private static final double TOP_K_ABOVE_NO_PULL = 3.5;

  private static final double MOST_TOP_K_TEMPERATURE = 1000;

  /** Where vectors are wide, and where they are of middling width. */
  private static final int LARGE_LOG = 20_000;

  private static final int LARGE_CATALOGUE = 500;
  private static final int MIDDLING_LOG = 2_000;

  private static final double UNEVEN = 2;

  private static final long ROWS_IN_ALL = 300_000_000;
  private static final int MOST_EPOCHS = 100;
  private static final int LEAST_EPOCHS = 10;
  private static final int UNJUDGED_EPOCHS = 20;

  private static final double SCORES_PER_ROW = 1500;
  private static final int RAREST_RANKING = 5;
  private static final int LEAST_RANKED = 20_000;
  private static final int PATIENT_EPOCHS = 6;

  /** Values of {@code optimizer.schedule} under which a run needs a planned end. */
  private static final Set<String> DECAYS = Set.of("linear", "cosine");

  private final LogFacts log;
  private final Function<String, Optional<String>> given;
  private final List<Choice> choices = new ArrayList<>();

  private Rules(LogFacts log, Function<String, Optional<String>> given) {
    this.log = log;
    this.given = given;
  }

  /**
   * Chooses every setting that has a rule and no value.
   *
   * @param given the value of a setting, as it is written; empty where it is left to a rule
   */
  public static List<Choice> choose(LogFacts log, Function<String, Optional<String>> given) {
    Rules rules = new Rules(log, given);
    rules.batches();
    rules.widths();
    rules.loss();
    rules.length();
    return List.copyOf(rules.choices);
  }

  private void batches() {
    int batchSize = whole("batchSize").orElseGet(() -> Recipe.batchSize(log.rows()));
    choose(
        "batchSize",
        String.valueOf(batchSize),
        batchSize == Recipe.LARGEST_BATCH
            ? Amount.of(log.rows(), "row") + " are enough for large batches"
            : "about %d steps an epoch of %s, and %d rows at least"
                .formatted(
                    Recipe.STEPS_PER_EPOCH, Amount.of(log.rows(), "row"), Recipe.PIECES_PER_BATCH));
    Layout.Requests layout = Recipe.layout(batchSize);
    choose(
        "layout",
        layout.toString(),
        layout.piece() == Recipe.PIECE
            ? "pieces of requests mix users and keep rows of a request together"
            : "at least %d pieces in a batch of %d".formatted(Recipe.PIECES_PER_BATCH, batchSize));
    masks();
  }

  private boolean rankSeen() {
    return given.apply("evaluation.rankSeen").equals(Optional.of("true"));
  }

  private void masks() {
    boolean rankSeen = rankSeen();
    // A configuration that knows no log yet may still be told to rank seen items: user serves both.
    boolean known = !log.equals(LogFacts.UNKNOWN);
    boolean crowded = known && Recipe.crowded(log.typicalUserRows(), log.items());
    choose(
        "masks",
        Recipe.masks(rankSeen || !known, log.typicalUserRows(), log.items()).toString(),
        rankSeen || !known
            ? "what users had before is ranked, so it is a negative too"
            : String.format(
                Locale.ROOT,
                "what users had before is not ranked%s; the user of a row has %.0f rows, %s half of"
                    + " %s",
                crowded
                    ? ", but hardly anything else would be a negative"
                    : ", so it is no negative",
                log.typicalUserRows(),
                crowded ? "at least" : "fewer than",
                Amount.of(log.items(), "item")));
  }

  private void widths() {
    boolean large = log.rows() >= LARGE_LOG && log.items() >= LARGE_CATALOGUE;
    int wide = large ? 128 : log.rows() >= MIDDLING_LOG ? 64 : 32;
    int dim = whole("dim").orElse(wide);
    choose(
        "dim",
        String.valueOf(dim),
        "%s, %s: 128 from %s rows and %s items on, 64 from %s rows on, else 32"
            .formatted(
                Amount.of(log.rows(), "row"),
                Amount.of(log.items(), "item"),
                Amount.number(LARGE_LOG),
                Amount.number(LARGE_CATALOGUE),
                Amount.number(MIDDLING_LOG)));
    choose("user.embedding", String.valueOf(dim), "as dim");
    choose("item.embedding", String.valueOf(dim), "as dim");
  }

  private void loss() {
    double enough = Math.min(1, log.rowsPerUser() / ENOUGH_ROWS_OF_A_USER);
    double information = Math.max(1e-3, log.told(rankSeen()) * enough);
    double catalogue = Math.pow(KNOWN_CATALOGUE / Math.max(KNOWN_CATALOGUE, log.items()), 0.25);
    double temperature =
        Math.max(
            LEAST_TEMPERATURE,
            Math.min(
                MOST_TEMPERATURE, TEMPERATURE_OF_ONE_NAT / Math.sqrt(information) * catalogue));
    choose(
        "loss.temperature",
        String.format(Locale.ROOT, "%.2f", temperature),
        String.format(
            Locale.ROOT,
            "lower, the more a user's items tell of %s (%.2f nats here); %.1f rows a user, %s",
            rankSeen()
                ? String.format(
                    Locale.ROOT, "its next ones, of which %.0f %% come again", 100 * log.repeats())
                : "its others",
            log.told(rankSeen()),
            log.rowsPerUser(),
            Amount.of(log.items(), "item")));
    topK(number("loss.temperature").orElse(temperature));
    double uneven = log.typicalUserRows() / Math.max(1, log.rowsPerUser());
    choose(
        "loss.weighting",
        uneven >= UNEVEN ? "sqrt-users" : "rows",
        String.format(
            Locale.ROOT,
            "the user of a row has %.0f rows, a user %.0f: %.1f times as many, %s %.0f",
            log.typicalUserRows(),
            log.rowsPerUser(),
            uneven,
            uneven >= UNEVEN ? "at least" : "below",
            UNEVEN));
  }

  /**
   * A temperature of top-K weights to begin with: where an improbable positive still has most of
   * its pull (docs/losses.md).
   *
   * @param temperature the loss's
   * @param items size of the catalogue
   */
  public static double topKTemperature(double temperature, int items) {
    double noPull = temperature * Math.log(Math.max(2, items));
    return Math.min(MOST_TOP_K_TEMPERATURE, TOP_K_ABOVE_NO_PULL * noPull);
  }

  private void topK(double temperature) {
    choose(
        "loss.topK.temperature",
        String.format(Locale.ROOT, "%.3g", topKTemperature(temperature, log.items())),
        String.format(
            Locale.ROOT,
            "%s times temperature %.3g times the logarithm of %s",
            TOP_K_ABOVE_NO_PULL,
            temperature,
            Amount.of(log.items(), "item")));
  }

  private void length() {
    boolean judged = log.validationUsers() > 0;
    int ranked = rankedUsers();
    double epochsOfRanking = epochsOfRanking(ranked);
    int every =
        whole("evaluation.everyEpochs")
            .orElse((int) Math.max(1, Math.min(RAREST_RANKING, Math.ceil(2 * epochsOfRanking))));
    choose(
        "evaluation.everyEpochs",
        String.valueOf(every),
        String.format(
            Locale.ROOT, "ranking %s costs %s", Amount.of(ranked, "user"), epochs(epochsOfRanking)),
        judged || testChooses());
    boolean decays = DECAYS.contains(given.apply("optimizer.schedule").orElse(""));
    boolean patient = whole("evaluation.patience").orElse(1) > 0;
    boolean stops = judged && every > 0 && patient && !decays;
    long patience = Math.max(2, Math.round((double) PATIENT_EPOCHS / Math.max(1, every)));
    choose(
        "evaluation.patience",
        String.valueOf(decays ? 0 : patience),
        decays
            ? "learning rates fall over all steps, so training goes to its end"
            : PATIENT_EPOCHS + " epochs without a new best",
        (judged || testChooses()) && every > 0);
    boolean steps = !given.apply("maxSteps").orElse("0").equals("0");
    long most =
        Math.max(LEAST_EPOCHS, Math.min(MOST_EPOCHS, ROWS_IN_ALL / Math.max(1, log.rows())));
    choose(
        "epochs",
        String.valueOf(stops || decays && steps ? most : Math.min(most, UNJUDGED_EPOCHS)),
        stops
            ? "a limit; training stops when validation no longer rises"
            : decays
                ? steps
                    ? "a limit; learning rates fall over maxSteps"
                    : "learning rates fall over as many"
                : judged && every > 0
                    ? "nothing stops training before its end"
                    : "no validation rows say when to stop");
  }

  /**
   * How many users a ranking is of: all, or a sample where even a rare ranking costs too much. One
   * at the end alone is of all.
   */
  private int rankedUsers() {
    int every = whole("evaluation.everyEpochs").orElse(RAREST_RANKING);
    long affordable = Math.round(every / 2.0 / epochsOfRanking(1));
    boolean all = every == 0 || log.validationUsers() <= Math.max(LEAST_RANKED, affordable);
    int sample = all ? 0 : (int) Math.max(LEAST_RANKED, affordable);
    choose(
        "evaluation.users",
        String.valueOf(sample),
        all
            ? log.validationUsers() == 0
                ? "all: the log has no validation rows"
                : "all of " + Amount.of(log.validationUsers(), "user")
            : String.format(
                Locale.ROOT,
                "ranking all of %s costs %s",
                Amount.of(log.validationUsers(), "user"),
                epochs(epochsOfRanking(log.validationUsers()))),
        log.validationUsers() > 0 || testChooses());
    int asked = whole("evaluation.users").orElse(sample);
    return asked == 0 ? log.validationUsers() : Math.min(asked, log.validationUsers());
  }

  /** Whether epochs are chosen on other rows than those for validation. */
  private boolean testChooses() {
    return given.apply("evaluation.split").equals(Optional.of("test"));
  }

  /** Training of which ranking takes as long, in words. */
  private static String epochs(double number) {
    return number < 0.05
        ? "less than a tenth of an epoch"
        : String.format(Locale.ROOT, "about as much as %.1f epochs", number);
  }

  private double epochsOfRanking(int users) {
    return (double) users * Math.max(1, log.items()) / (SCORES_PER_ROW * Math.max(1, log.rows()));
  }

  /** A number above 0 that is given; empty where it is left to a rule, or is no such number. */
  private Optional<Double> number(String key) {
    return given
        .apply(key)
        .filter(text -> text.matches("[0-9]*\\.?[0-9]+([eE][-+]?[0-9]{1,3})?"))
        .map(Double::valueOf)
        .filter(number -> number > 0 && number <= 1e6);
  }

  /** A whole number that is given; empty where it is left to a rule, or is no number. */
  private Optional<Integer> whole(String key) {
    return given
        .apply(key)
        .filter(text -> text.matches("[0-9]{1,7}"))
        .map(Integer::valueOf)
        .filter(number -> !key.equals("dim") || number >= 1 && number <= 4096);
  }

  private void choose(String key, String value, String reason) {
    choose(key, value, reason, true);
  }

  private void choose(String key, String value, String reason, boolean effective) {
    if (given.apply(key).isEmpty()) {
      choices.add(new Choice(key, value, reason, effective));
    }
  }
}
