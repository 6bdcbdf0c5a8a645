package dev.twotower.trainer.command.faults;

/** Trials of one kind. */
@FunctionalInterface
interface Part {
  void run(Lab lab) throws Exception;
}
