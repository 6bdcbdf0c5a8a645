/** The main job on a small generated log (design 10, {@code demo}). */
package dev.twotower.trainer.demo;
