package dev.twotower.trainer.train;

import dev.twotower.data.sampling.SamplerFactory;
import dev.twotower.eval.batch.ContextValues;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a program adds to training, or replaces, beyond what a configuration can express. Resume a
 * run with the extensions it was started with; heads are also needed to load it.
 *
 * @param heads builds the towers' heads
 * @param columns columns for context masks, by the name that the masks use
 * @param sampler replaces the sampler of the configuration's layout
 * @param losses terms added to the loss of every batch
 */
public record Extensions(
    TwoTowerModel.Heads heads,
    Map<String, ContextValues> columns,
    Optional<SamplerFactory> sampler,
    List<OwnLoss> losses) {
  public static final Extensions NONE =
      new Extensions(TwoTowerModel.Heads.BUILT_IN, Map.of(), Optional.empty(), List.of());

  public Extensions {
    columns = Map.copyOf(columns);
    losses = List.copyOf(losses);
  }

  /** Your own blocks as heads. */
  public Extensions withHeads(TwoTowerModel.Heads value) {
    return new Extensions(value, columns, sampler, losses);
  }

  /** A column for {@code masks=..+context:NAME}: rows that agree in it are not negatives. */
  public Extensions withColumn(String name, ContextValues values) {
    Map<String, ContextValues> more = new LinkedHashMap<>(columns);
    more.put(name, values);
    return new Extensions(heads, more, sampler, losses);
  }

  /** Your own batches; {@code layout} in the configuration is then without effect on them. */
  public Extensions withSampler(SamplerFactory value) {
    return new Extensions(heads, columns, Optional.of(value), losses);
  }

  /** One more term of the loss. */
  public Extensions withLoss(OwnLoss term) {
    List<OwnLoss> more = Stream.concat(losses.stream(), Stream.of(term)).toList();
    return new Extensions(heads, columns, sampler, more);
  }

  SamplerFactory samplers(RunConfig config) {
    return sampler.orElseGet(() -> SamplerFactory.of(config.layout()));
  }
}
