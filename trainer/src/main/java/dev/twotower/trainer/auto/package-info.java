/**
 * Settings that follow from the log: what is known of it ({@link
 * dev.twotower.trainer.auto.LogFacts}), and the rules by which settings that are {@code auto} get
 * their values ({@link dev.twotower.trainer.auto.Rules}).
 */
package dev.twotower.trainer.auto;
