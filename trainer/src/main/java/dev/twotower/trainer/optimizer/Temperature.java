package dev.twotower.trainer.optimizer;

import dev.twotower.trainer.config.LossConfig;

/**
 * The loss temperature tau, fixed or learned as log(1/tau) with Adam (as in CLIP, Radford et al.
 * 2021, clipped to 1/tau <= 100).
 */
public final class Temperature {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final double MOST = Math.log(100);

  /** What a checkpoint must hold. */
  public record State(double logInverse, double mean, double variance, long steps) {}

  private final boolean learned;
  private final double learningRate;
  private double logInverse;
  private double mean;
  private double variance;
  private long steps;

  public Temperature(LossConfig config, double learningRate) {
    this.learned = config.learnTemperature();
    this.learningRate = learningRate;
    this.logInverse = -Math.log(config.temperature());
  }

  public float value() {
    return (float) Math.exp(-logInverse);
  }

  /** The same for people, without the digits that a wider number adds: 0.2, not 0.200000003. */
  public double shown() {
    return Double.parseDouble(Float.toString(value()));
  }

  public boolean learned() {
    return learned;
  }

  /**
   * The gradient of the parameter that is learned, log(1/tau); 0 where none is.
   *
   * @param inverseGradient dL/d(1/tau)
   */
  public double gradient(double inverseGradient) {
    return learned ? inverseGradient * Math.exp(logInverse) : 0;
  }

  /**
   * One step, where the temperature is learned.
   *
   * @param inverseGradient dL/d(1/tau)
   * @param factor what the learning rate is multiplied by, 0 to 1 ({@link RateSchedule})
   */
  public void update(double inverseGradient, double factor) {
    if (!learned) {
      return;
    }
    steps++;
    double gradient = gradient(inverseGradient);
    mean = BETA1 * mean + (1 - BETA1) * gradient;
    variance = BETA2 * variance + (1 - BETA2) * gradient * gradient;
    double first = mean / (1 - Math.pow(BETA1, steps));
    double second = variance / (1 - Math.pow(BETA2, steps));
    logInverse =
        Math.min(MOST, logInverse - factor * learningRate * first / (Math.sqrt(second) + EPSILON));
  }

  public State state() {
    return new State(logInverse, mean, variance, steps);
  }

  /** Takes over another temperature, and if asked its optimiser's state. */
  public void take(Temperature from, boolean withOptimizer) {
    resume(withOptimizer ? from.state() : new State(from.logInverse, 0, 0, 0));
  }

  public void resume(State state) {
    logInverse = state.logInverse();
    mean = state.mean();
    variance = state.variance();
    steps = state.steps();
  }
}
