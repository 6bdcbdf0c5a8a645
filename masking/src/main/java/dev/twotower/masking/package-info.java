/** Module masking. */
package dev.twotower.masking;
