/** Spark's session, and work done part by part under names that a person understands. */
package dev.twotower.spark.job;
