package dev.twotower.trainer.command;

import dev.twotower.trainer.doctor.Diagnosis;
import dev.twotower.trainer.doctor.Doctor;
import picocli.CommandLine.Command;

@Command(
    name = "doctor",
    description = {
      "Shows the engine, versions, devices, memory, disk and locale, and how to get what is"
          + " missing.",
      "Exits with 1 when something needed is missing."
    },
    footer = {"  twotower doctor", "  twotower doctor --json"})
final class DoctorCommand extends Action {
  @Override
  protected Answer answer(Console console) {
    Diagnosis diagnosis = Doctor.examine(Version.text());
    return new Answer(
        diagnosis, diagnosis.toText(), diagnosis.usable() ? ExitCode.DONE : ExitCode.FAILED);
  }
}
