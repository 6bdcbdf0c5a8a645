/**
 * Programs of many engine operations behind one call. The engine interprets a small language,
 * TorchScript: a program is text among the resources, is read once in a process, and works on
 * arrays of any device. An operation inside a program costs half a microsecond on the way, a call
 * from Java two to five; a program reaches the engine's fused operations and writes into arrays
 * that are there already, which calls from Java cannot; and it records no gradients. Programs may
 * be run by several threads at once.
 *
 * <p>A {@link dev.twotower.trainer.script.Script} is handed to the engine as the archive that
 * TorchScript's serialisation describes (torch/csrc/jit/docs/serialization.md of PyTorch): its
 * code, no constants, and an object without attributes.
 */
package dev.twotower.trainer.script;
