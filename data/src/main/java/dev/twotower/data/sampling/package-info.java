/** Layouts and the samplers that read them (design 6). */
package dev.twotower.data.sampling;
