/** Module trainer. */
package dev.twotower.trainer;
