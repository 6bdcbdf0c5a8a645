/** Reading and writing JSON with the usual settings. */
package dev.twotower.data.json;
