/** Rankings, vectors and lists, part by part. */
package dev.twotower.spark.ranking;
