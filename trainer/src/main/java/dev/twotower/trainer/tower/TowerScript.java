package dev.twotower.trainer.tower;

import dev.twotower.trainer.script.Script;

/** The engine's side of towers in closed form; the resource of this name is its text. */
final class TowerScript {
  static final Script SCRIPT = Script.load(TowerScript.class, "TowerScript");

  private TowerScript() {}
}
