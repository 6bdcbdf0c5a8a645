package dev.twotower.data.imports;

import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.TextWords;
import dev.twotower.data.random.Streams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of a name as a multi-valued feature of fixed size: each word is hashed into one of N
 * buckets (Weinberger et al. 2009), so that unseen names share what was learned about their words.
 */
final class NameTokens {
  static final String FEATURE = "tokens";
  private static final int SHOWN = 3;

  private NameTokens() {}

  /**
   * @param names a name per entity, null where there is none
   * @param buckets number of buckets; codes are 1..buckets
   */
  static MemoryFeature feature(List<String> names, int buckets) {
    int[][] codes = new int[names.size()][];
    List<Map<String, Integer>> words = new ArrayList<>();
    for (int bucket = 0; bucket < buckets; bucket++) {
      words.add(new HashMap<>());
    }
    for (int entity = 0; entity < codes.length; entity++) {
      List<String> tokens = TextWords.of(names.get(entity));
      int[] own = new int[tokens.size()];
      for (int t = 0; t < own.length; t++) {
        int bucket = bucket(tokens.get(t), buckets);
        own[t] = bucket + 1;
        words.get(bucket).merge(tokens.get(t), 1, Integer::sum);
      }
      codes[entity] = Arrays.stream(own).distinct().toArray();
    }
    List<String> vocabulary = new ArrayList<>(List.of(""));
    for (Map<String, Integer> bucket : words) {
      vocabulary.add(text(bucket));
    }
    return MemoryFeature.multi(FEATURE, vocabulary, codes);
  }

  /** Part of the format: whoever serves a model repeats it for names of new items. */
  static int bucket(String token, int buckets) {
    return (int) Long.remainderUnsigned(Streams.key(0, token), buckets);
  }

  /** A bucket's most frequent words. */
  private static String text(Map<String, Integer> words) {
    List<String> shown =
        words.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(SHOWN)
            .map(Map.Entry::getKey)
            .toList();
    return String.join("|", shown);
  }
}
