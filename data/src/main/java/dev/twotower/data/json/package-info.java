/** How JSON is read and written where nothing but the usual is asked of it. */
package dev.twotower.data.json;
