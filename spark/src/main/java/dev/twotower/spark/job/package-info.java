/** Spark's session, and work done part by part, with names that a person understands. */
package dev.twotower.spark.job;
