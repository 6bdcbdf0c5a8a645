/**
 * Files of vectors that other programs read and write: npy and safetensors, with the ids of their
 * rows beside them. {@link dev.twotower.trainer.vectorfile.ExportSeal} tells whether a file is as
 * an export wrote it. Headers are believed only as far as the file's size bears them out (design
 * 13).
 */
package dev.twotower.trainer.vectorfile;
