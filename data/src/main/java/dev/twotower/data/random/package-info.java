/**
 * Named, seeded random streams: every random draw of the project comes from one (design 6, design
 * 13).
 */
package dev.twotower.data.random;
