package dev.twotower.trainer.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * {@code tried.json}: what short trainings found before a run began, which chose one of its
 * settings. Written with the run's configuration and never changed; only there where something was
 * tried.
 *
 * @param setting the setting that was tried, such as {@code loss.temperature}
 * @param chosen the value that the run has
 * @param metric what chose it, a mean over users
 * @param split whose rows it was measured on
 * @param users how many users were ranked after each
 * @param epochs epochs of each short training
 * @param seconds time that all of them took
 * @param trials what was tried, in its order; the first is what the log's rule says
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Tried(
    String setting,
    double chosen,
    String metric,
    String split,
    int users,
    long epochs,
    double seconds,
    List<Trial> trials) {
  static final String FILE = "tried.json";

  public Tried {
    trials = List.copyOf(trials);
  }

  /**
   * A short training.
   *
   * @param value of the setting
   * @param mean of the metric; absent where the training failed
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Trial(double value, Double mean) {}
}
