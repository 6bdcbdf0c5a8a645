/** Training in rounds of ordinary stages: a task for each part, then a merge on the driver. */
package dev.twotower.spark.rounds;
