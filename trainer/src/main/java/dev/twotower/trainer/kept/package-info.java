/**
 * Runs that belong together, such as those of a comparison or of a search for settings: each keeps
 * its directory, so that whoever starts the same work again finds what is finished and goes on from
 * there.
 */
package dev.twotower.trainer.kept;
