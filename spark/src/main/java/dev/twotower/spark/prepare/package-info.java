/**
 * {@code prepare}: any table that Spark reads becomes a data set of parts.
 *
 * <p>What is made of a row is what {@code import} makes of it (its package has the rules): ids are
 * texts, numbered over the whole log in ascending order; rows that cannot be used are counted by
 * reason and refused beyond a limit; requests, duplicates and splits follow the same rules. So a
 * log that both can read has the same users, items, rows and splits, and with one part the same
 * files.
 *
 * <p>Steps: screen the rows; number users (a distributed sort), items and texts of contexts (on the
 * driver, as every part holds the whole catalogue); send each user's rows to the part that the hash
 * of its id names (xxHash64 modulo P), sorted by user, time and place in the log; make requests,
 * duplicates and splits user by user while a part is written.
 */
package dev.twotower.spark.prepare;
