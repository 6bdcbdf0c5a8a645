/** The JSON reader: an object per line, or one array of objects. */
package dev.twotower.data.imports.json;
