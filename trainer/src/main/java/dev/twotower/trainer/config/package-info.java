/**
 * The effective configuration of a run: immutable records, read from YAML and {@code --set}
 * overrides over the documented defaults of {@code defaults.yaml}, and written back as {@code
 * config.yaml}.
 *
 * <p>Reading never stops at the first mistake. Unknown keys, wrong types and values out of range
 * are collected and thrown together as one {@link dev.twotower.trainer.config.ConfigException},
 * each with its key, the value received and what is allowed (design 13).
 */
package dev.twotower.trainer.config;
