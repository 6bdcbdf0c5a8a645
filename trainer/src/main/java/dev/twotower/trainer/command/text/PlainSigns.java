package dev.twotower.trainer.command.text;

/** Numbers as terminals show them: a page's minus signs and fixed spaces are not in every font. */
final class PlainSigns {
  private PlainSigns() {}

  static String of(String text) {
    return text.replace('\u2212', '-').replace('\u00a0', ' ');
  }
}
