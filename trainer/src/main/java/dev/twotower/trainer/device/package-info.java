/** Which device a run uses, and how many threads the engine may take. */
package dev.twotower.trainer.device;
