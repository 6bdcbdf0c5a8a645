/**
 * How messages quote what was received: in full where it is short, cut where it is not, so that a
 * value of any length leaves the message readable.
 */
package dev.twotower.data.message;
