/**
 * Examines the machine a run would use: engine, native library, versions, devices, memory,
 * temporary folder, disk, locale, and the remedy for what is missing (design 10, {@code doctor}).
 */
package dev.twotower.trainer.doctor;
