package dev.twotower.trainer.train;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The run that a new one starts from.
 *
 * @param run its directory
 * @param data where its data set is now; empty for where it was
 * @param keepOptimizer whether the state of the optimisers comes along
 */
public record StartFrom(Path run, Optional<Path> data, boolean keepOptimizer) {}
