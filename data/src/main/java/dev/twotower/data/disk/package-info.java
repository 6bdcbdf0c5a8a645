/**
 * Files that appear whole or not at all, and can be checked (design 13). Nothing here knows what
 * the files are about.
 *
 * <ul>
 *   <li>{@link dev.twotower.data.disk.StagedDirectory} builds a directory under a hidden name and
 *       renames it when it is complete; {@link dev.twotower.data.disk.Durable} replaces single
 *       files and syncs them; {@link dev.twotower.data.disk.WorkFolder} is scratch space that a
 *       killed process does not leave behind forever.
 *   <li>{@link dev.twotower.data.disk.Seal} lists a directory's files with their SHA-256, in the
 *       format of {@code sha256sum}, and is checked before they are read.
 *   <li>{@link dev.twotower.data.disk.WriterLock} keeps a second writer out.
 * </ul>
 */
package dev.twotower.data.disk;
