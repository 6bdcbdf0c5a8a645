/**
 * Tries what the program promises under failure (design 13), by one command: {@code
 * scripts/faults}. Each {@link dev.twotower.trainer.command.faults.Part} makes trials of one kind:
 * it breaks something that a {@link dev.twotower.trainer.command.faults.Scene} holds, runs commands
 * on it, and says what came of it.
 *
 * <p>A damage may end in two ways: the command refuses, with the right exit code and the name of
 * the damaged file, or it gives the answer that it gives without the damage. Anything else is a
 * fault: another answer, a file that is not named, a stack trace, a process that crashes or does
 * not end. A killed command may end in one way: gone on with, it leaves what it would have left
 * undisturbed, bit for bit.
 *
 * <p>Every trial has a name, and draws from a stream of its own: the seed and the name repeat it.
 * Trials that only read run inside a {@link dev.twotower.trainer.command.faults.Worker}, a process
 * that takes one command line after the other, since a start costs more than a command; kills,
 * signals and full disks meet a {@link dev.twotower.trainer.command.faults.Child}.
 */
package dev.twotower.trainer.command.faults;
