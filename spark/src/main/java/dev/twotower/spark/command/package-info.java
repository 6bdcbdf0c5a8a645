/** The commands of {@code twotower-spark}. */
package dev.twotower.spark.command;
