/**
 * The command line (design 10): one thin class per command, which checks its input, calls the
 * library and prints what it returns. Nothing outside this package depends on it.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 bad usage or configuration, 3 bad data, 4 a condition asked
 * for with {@code --require} is not met, 130 interrupted. With {@code --json} standard output holds
 * one document and nothing else; logs, progress and errors go to standard error.
 */
package dev.twotower.trainer.command;
